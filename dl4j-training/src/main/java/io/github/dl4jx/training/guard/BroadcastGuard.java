package io.github.dl4jx.training.guard;

import io.github.dl4jx.training.openblas.OpenBlas;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps ND4J 1.0.0-M2.1 on a CPU from killing the process (SIGSEGV) in broadcasts, which every
 * addition of a bias is.
 *
 * <pre>{@code
 * BroadcastGuard.install(); // one line, before training
 * }</pre>
 *
 * <p>{@code NativeOpExecutioner.exec(BroadcastOp, OpContext)} hands the memory of {@code
 * op.dimensions()} to native code and never touches {@code op} again. Compiled code keeps nothing
 * alive that is not used any more, so a garbage collection during the native call takes that array,
 * and ND4J frees its memory at once. The guard puts a {@link java.lang.reflect.Proxy} in front of
 * ND4J's executioner that calls it and then passes the arguments to {@link
 * java.lang.ref.Reference#reachabilityFence}: an op, and with it the arrays that it has, lives
 * until its call ends.
 *
 * <p>Results are the same bit for bit, exceptions are ND4J's own. What changes is the class of
 * {@code Nd4j.getExecutioner()}. Every class of this library that trains networks or computes their
 * outputs installs the guard; a program that only uses Deeplearning4j does so with the line above.
 * The system property {@code dl4jx.guard=off} prevents it. An option of {@code java} also cures the
 * crash, but makes small operations slower: {@code
 * -XX:CompileCommand=exclude,org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner::exec}.
 *
 * <p>Only {@code org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner} itself is guarded:
 * subclasses and executioners of other devices are left alone.
 */
public final class BroadcastGuard {

  private static final Logger log = LoggerFactory.getLogger(BroadcastGuard.class);

  private static final Installer INSTALLER =
      new Installer(new Nd4jSlot(), text -> log.info(text), text -> log.warn(text));

  private BroadcastGuard() {}

  /**
   * Puts the guard in front of ND4J's executioner, unless it is there already.
   *
   * <p>May be called at any time, from any thread, any number of times. The first call logs a line:
   * if the guard cannot be installed, a warning that says what to do instead. It also warns if
   * OpenBLAS has {@linkplain OpenBlas#check kernels older than the processor}.
   *
   * @return whether the guard is active
   */
  public static boolean install() {
    boolean active = INSTALLER.install();
    OpenBlas.check();
    return active;
  }
}
