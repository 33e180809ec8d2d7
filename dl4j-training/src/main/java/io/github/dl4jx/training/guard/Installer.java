package io.github.dl4jx.training.guard;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;

/** Puts a {@link Fence} around the executioner in a slot, and logs that once. */
final class Installer {

  /** The option of {@code java} that also cures the crash. */
  static final String FLAG =
      "-XX:CompileCommand=exclude,org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner::exec";

  /** The system property that prevents the guard if it is {@code off}. */
  static final String PROPERTY = "dl4jx.guard";

  static final String GUARDED = "org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner";

  private final ExecutionerSlot slot;
  private final Consumer<String> info;
  private final Consumer<String> warning;
  private final AtomicBoolean logged = new AtomicBoolean();

  /** The last executioner that was found to have a fence: nearly every call returns at once. */
  private volatile @Nullable OpExecutioner fenced;

  Installer(ExecutionerSlot slot, Consumer<String> info, Consumer<String> warning) {
    this.slot = slot;
    this.info = info;
    this.warning = warning;
  }

  boolean install() {
    OpExecutioner current = slot.get();
    if (current == fenced) {
      return true;
    }
    if ("off".equalsIgnoreCase(System.getProperty(PROPERTY))) {
      logOnce(info, "ND4J's executioner is not guarded: -D" + PROPERTY + "=off");
      return false;
    }
    while (!Fence.isAround(current)) {
      if (!current.getClass().getName().equals(GUARDED)) {
        if (current.type() == OpExecutioner.ExecutionerType.NATIVE_CPU) {
          warn("it is a " + current.getClass().getName());
        }
        return false;
      }
      OpExecutioner fence = Fence.around(current);
      try {
        if (slot.replace(current, fence)) {
          logOnce(info, "ND4J's executioner is guarded against its crash in broadcasts");
        }
      } catch (ReflectiveOperationException | RuntimeException e) {
        warn(e.toString());
        return false;
      }
      current = slot.get(); // another thread may have been faster
    }
    fenced = current;
    return true;
  }

  private void warn(String why) {
    logOnce(
        warning,
        "ND4J's executioner cannot be guarded against its crash in broadcasts ("
            + why
            + "): start java with "
            + FLAG);
  }

  private void logOnce(Consumer<String> log, String text) {
    if (logged.compareAndSet(false, true)) {
      log.accept(text);
    }
  }
}
