package io.github.dl4jx.training.internal;

import java.util.Arrays;
import java.util.function.Supplier;
import org.deeplearning4j.exception.DL4JException;
import org.nd4j.linalg.exception.ND4JIllegalArgumentException;
import org.nd4j.linalg.exception.ND4JIllegalStateException;

/**
 * Turns the exceptions that Deeplearning4j throws if arrays do not fit a network into one that
 * names the argument.
 *
 * <p>Only layers know what shapes they accept, and their exceptions are of several classes.
 * Exceptions of listeners and iterators are passed on as they are.
 */
public final class Misfit {

  private Misfit() {}

  /**
   * Calls a network.
   *
   * @param name name of the arguments with its input
   * @param what what they must fit
   * @param call the call
   * @param <T> type of the result
   * @return the result
   * @throws IllegalArgumentException if they do not fit
   */
  public static <T> T named(String name, String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (DL4JException
        | ND4JIllegalArgumentException
        | ND4JIllegalStateException
        | IllegalArgumentException
        | IllegalStateException e) {
      if (!isMisfit(e)) {
        throw e;
      }
      throw new IllegalArgumentException(
          name + " must fit " + what + ": " + (e.getMessage() == null ? e : e.getMessage()), e);
    }
  }

  private static boolean isMisfit(RuntimeException e) {
    return e instanceof DL4JException
        || ((e.getClass() == IllegalArgumentException.class
                || e.getClass() == IllegalStateException.class
                || e.getClass().getName().startsWith("org.nd4j."))
            && isThrownWithin(e));
  }

  /** Whether it was Deeplearning4j or ND4J that refused: not a listener, nor an iterator. */
  private static boolean isThrownWithin(RuntimeException e) {
    return Arrays.stream(e.getStackTrace())
        .map(StackTraceElement::getClassName)
        .filter(name -> !name.startsWith("org.nd4j.common.base.") && !name.startsWith("java."))
        .findFirst()
        .filter(
            name ->
                name.startsWith("org.deeplearning4j.nn.")
                    || name.startsWith("org.nd4j.linalg.api.")
                    || name.startsWith("org.nd4j.linalg.cpu.")
                    || name.startsWith("org.nd4j.linalg.factory.")
                    || name.startsWith("org.nd4j.linalg.indexing.")
                    || name.startsWith("org.nd4j.linalg.lossfunctions.")
                    || name.startsWith("org.nd4j.evaluation."))
        .isPresent();
  }
}
