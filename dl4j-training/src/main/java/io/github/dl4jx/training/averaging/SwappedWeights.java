package io.github.dl4jx.training.averaging;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The scope in which a network has its averaged weights. */
public final class SwappedWeights implements AutoCloseable {

  private final AtomicReference<@Nullable Runnable> restore;

  SwappedWeights(Runnable restore) {
    this.restore = new AtomicReference<>(restore);
  }

  /** Restores the training weights; a second call does nothing. */
  @Override
  public void close() {
    Runnable once = restore.getAndSet(null);
    if (once != null) {
      once.run();
    }
  }
}
