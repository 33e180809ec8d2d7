package io.github.dl4jx.training.guard;

import java.lang.ref.Reference;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;

/** An executioner whose arguments live until its call ends. */
final class Fence implements InvocationHandler {

  private final OpExecutioner inner;

  private Fence(OpExecutioner inner) {
    this.inner = inner;
  }

  static OpExecutioner around(OpExecutioner inner) {
    return (OpExecutioner)
        Proxy.newProxyInstance(
            OpExecutioner.class.getClassLoader(),
            new Class<?>[] {OpExecutioner.class},
            new Fence(inner));
  }

  /** Whether an executioner has a fence already, be it of another class loader's Fence. */
  static boolean isAround(OpExecutioner executioner) {
    return Proxy.isProxyClass(executioner.getClass())
        && Proxy.getInvocationHandler(executioner)
            .getClass()
            .getName()
            .equals(Fence.class.getName());
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return ofObject(proxy, method, args);
    }
    try {
      return method.invoke(inner, args);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    } finally {
      // an op holds its dimensions() in a field, so they are kept, too
      Reference.reachabilityFence(args);
    }
  }

  private Object ofObject(Object proxy, Method method, Object @Nullable [] args) {
    switch (method.getName()) {
      case "equals":
        return args != null && proxy == args[0];
      case "hashCode":
        return System.identityHashCode(proxy);
      default:
        return "guarded " + inner;
    }
  }
}
