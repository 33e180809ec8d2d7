package io.github.dl4jx.training.openblas;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
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
 * trains networks or answers in this library says once, on Linux, if the kernels are older than the
 * processor.
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

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** What these kernels are made of; OpenBLAS asks for them, too. */
  private static final Set<String> FOR_AVX_512 =
      Set.of("avx512f", "avx512dq", "avx512bw", "avx512vl", "avx2", "fma");

  private static final Set<String> FOR_AVX_2 = Set.of("avx2", "fma");

  /**
   * RTLD_LAZY, without RTLD_GLOBAL, which is what JNA opens with: other libraries of the process
   * must not find OpenBLAS's functions in place of their own.
   */
  private static final Map<String, Integer> OPTIONS =
      System.getProperty("os.name").startsWith("Windows") ? Map.of() : Map.of("open-flags", 1);

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
      if (library.getKey().contains("openblas") && !library.getKey().startsWith("jni")) {
        try {
          return Optional.ofNullable(
              NativeLibrary.getInstance(library.getValue(), OPTIONS)
                  .getFunction("openblas_get_corename")
                  .invokeString(new Object[0], false));
        } catch (Error e) { // no JNA, another version of it, or another library by that name
          if (e instanceof VirtualMachineError) {
            throw e;
          }
          log.debug("The kernels of {} are not known", library, e);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Makes OpenBLAS choose {@code SkylakeX} if the processor has AVX-512, {@code Haswell} if it has
   * AVX2. What the environment names already stays, whatever it is, and so do kernels with AVX2 if
   * ND4J is loaded.
   *
   * <p>Works on Linux and x86-64, in the JVM that calls it: processes that this one starts need a
   * call of their own.
   *
   * @return what OpenBLAS is told to use, or uses if ND4J is loaded; nothing on other systems and
   *     processors, where nothing is changed
   * @throws IllegalStateException if ND4J is loaded already and has kernels without AVX2, or JNA is
   *     missing
   */
  public static Optional<String> useBestCoreType() {
    String named = System.getenv(VARIABLE);
    if (named != null) {
      return Optional.of(named);
    }
    Optional<String> best = best();
    if (best.isEmpty()) {
      return best;
    }
    Optional<String> loaded = loaded();
    if (loaded.isEmpty()) {
      set(best.get());
      return best;
    }
    if (!WITH_AVX_2.contains(loaded.get())) {
      throw new IllegalStateException(
          "useBestCoreType must be called before ND4J is used, which has loaded OpenBLAS for "
              + loaded.get());
    }
    return loaded;
  }

  private static void set(String type) {
    try {
      Function.getFunction("c", "setenv").invokeInt(new Object[] {VARIABLE, type, 1});
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "useBestCoreType needs JNA, which deeplearning4j-nn brings: " + e, e);
    }
  }

  /**
   * Says once if the processor has AVX2 and OpenBLAS does not use it; on Linux only. Loads ND4J.
   */
  public static void check() {
    if (CHECKED.get() || !CHECKED.compareAndSet(false, true)) { // mostly a read
      return;
    }
    Optional<String> best = best();
    if (best.isEmpty()) {
      return;
    }
    String named = System.getenv(VARIABLE);
    coreType()
        .filter(type -> !WITH_AVX_2.contains(type))
        .ifPresent(
            type ->
                log.warn(
                    "OpenBLAS multiplies by its kernels for {}, without AVX2, several times as"
                        + " slowly as it could. Set OPENBLAS_CORETYPE={} in the environment{}.",
                    type,
                    best.get(),
                    named == null
                        ? ", or call OpenBlas.useBestCoreType() before ND4J is used"
                        : " instead of " + named));
  }

  /** By what Linux says of the first processor; nothing on other systems. */
  private static Optional<String> best() {
    Set<String> flags = flags();
    return flags.containsAll(FOR_AVX_512)
        ? Optional.of(AVX_512)
        : flags.containsAll(FOR_AVX_2) ? Optional.of(AVX_2) : Optional.empty();
  }

  private static Set<String> flags() {
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> Set.copyOf(Arrays.asList(line.split("\\s+"))))
          .orElse(Set.of());
    } catch (IOException | UncheckedIOException e) {
      return Set.of();
    }
  }
}
