package io.github.dl4jx.training.guard;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;

/** Looks behind a guard. */
final class Guards {

  private Guards() {}

  /** What is guarded, by a class of any class loader. */
  static OpExecutioner inner(OpExecutioner guarded) {
    InvocationHandler fence = Proxy.getInvocationHandler(guarded);
    try {
      Field inner = fence.getClass().getDeclaredField("inner");
      inner.setAccessible(true);
      return (OpExecutioner) inner.get(fence);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
