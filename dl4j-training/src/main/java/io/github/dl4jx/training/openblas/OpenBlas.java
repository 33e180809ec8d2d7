package io.github.dl4jx.training.openblas;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives ND4J's matrix products the kernels that the processor is made for.
 *
 * <pre>{@code
 * public static void main(String[] args) {
 *   OpenBlas.useBestCoreType(); // the first line, before anything of ND4J
 *   MultiLayerNetwork network = ..
 * }
 * }</pre>
 *
 * <p>ND4J 1.0.0-M2.1 on a CPU multiplies by OpenBLAS 0.3.19 of 2021, which chooses its kernels by
 * the processor's model. On those that it does not know it takes kernels without AVX, of 2004 on an
 * Intel Xeon of model 207, of 2007 on an AMD EPYC with AVX-512: matrix products, most of what
 * training a wide network costs, then take several times as long as they could. The environment
 * variable {@code OPENBLAS_CORETYPE} names other kernels; it is read when ND4J is loaded. Setting
 * it by hand, for the JVM, does the same as this class.
 *
 * <p>Products by other kernels differ in their last bits. Nothing here is done by itself: but what
 * trains networks or answers in this library says once if the kernels are older than the processor.
 *
 * <p>Reference: OpenBLAS, {@code driver/others/dynamic.c}, version 0.3.19.
 */
public final class OpenBlas {

  private static final Logger log = LoggerFactory.getLogger(OpenBlas.class);

  private static final String VARIABLE = "OPENBLAS_CORETYPE";

  private static final String AVX_512 = "SkylakeX";
  private static final String AVX_2 = "Haswell";

  /** Of the version's core types, those with AVX2 and more. */
  private static final Set<String> WITH_AVX_2 =
      Set.of("Haswell", "Zen", "Excavator", "SkylakeX", "Cooperlake");

  private static final AtomicBoolean CHECKED = new AtomicBoolean();

  private OpenBlas() {}

  /**
   * The kernels that OpenBLAS has chosen. Loads ND4J.
   *
   * @return their name, such as {@code Prescott}, {@code Haswell} or {@code SkylakeX}; nothing if
   *     ND4J multiplies by another library, or JNA, which Deeplearning4j brings, is missing
   */
  public static Optional<String> coreType() {
    Nd4j.getBackend();
    return loaded();
  }

  private static Optional<String> loaded() {
    for (Map.Entry<String, String> library : Loader.getLoadedLibraries().entrySet()) {
      if (library.getKey().startsWith("openblas")) {
        try {
          return Optional.ofNullable(
              NativeLibrary.getInstance(library.getValue())
                  .getFunction("openblas_get_corename")
                  .invokeString(new Object[0], false));
        } catch (LinkageError e) { // another library by that name, or no JNA
          log.debug("The kernels of {} are not known", library, e);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Makes OpenBLAS choose {@code SkylakeX} if the processor has AVX-512, {@code Haswell} if it has
   * AVX2. What the environment names already stays.
   *
   * <p>Works on Linux and x86-64, in the JVM that calls it: processes that this one starts need a
   * call of their own.
   *
   * @return what OpenBLAS will use, or uses if ND4J is loaded and has it; nothing on other systems
   *     and processors, where nothing is changed
   * @throws IllegalStateException if ND4J is loaded already and has other kernels, or JNA is
   *     missing
   */
  public static Optional<String> useBestCoreType() {
    String named = System.getenv(VARIABLE);
    if (named != null) {
      return Optional.of(named);
    }
    Optional<String> best = best();
    if (best.isEmpty() || !System.getProperty("os.name").equals("Linux")) {
      return Optional.empty();
    }
    Optional<String> loaded = loaded();
    if (loaded.isPresent() && !loaded.equals(best)) {
      throw new IllegalStateException(
          "useBestCoreType must be called before ND4J is used, which has loaded OpenBLAS for "
              + loaded.get());
    }
    if (loaded.isEmpty()) {
      set(best.get());
    }
    return best;
  }

  private static void set(String type) {
    try {
      Function.getFunction("c", "setenv").invokeInt(new Object[] {VARIABLE, type, 1});
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "useBestCoreType needs JNA, which deeplearning4j-nn brings: " + e, e);
    }
  }

  /** Says once if the processor has AVX2 and OpenBLAS does not use it. Loads ND4J. */
  public static void check() {
    if (CHECKED.get() || !CHECKED.compareAndSet(false, true)) { // mostly a read
      return;
    }
    Optional<String> best = best();
    coreType()
        .filter(type -> best.isPresent() && !WITH_AVX_2.contains(type))
        .ifPresent(
            type ->
                log.warn(
                    "OpenBLAS multiplies by its kernels for {}, without AVX2, several times as"
                        + " slowly as it could. Set OPENBLAS_CORETYPE={} in the environment, or"
                        + " call OpenBlas.useBestCoreType() before ND4J is used.",
                    type,
                    best.get()));
  }

  /** By what the JVM itself has found out of the processor and the system. */
  private static Optional<String> best() {
    String avx = option("UseAVX");
    if (avx == null || !"true".equals(option("UseFMA"))) {
      return Optional.empty();
    }
    int level = Integer.parseInt(avx);
    return Optional.ofNullable(level >= 3 ? AVX_512 : level == 2 ? AVX_2 : null);
  }

  /** Null if the JVM has no such option, as on other processors. */
  private static @Nullable String option(String name) {
    HotSpotDiagnosticMXBean options =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    try {
      return options == null ? null : options.getVMOption(name).getValue();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
