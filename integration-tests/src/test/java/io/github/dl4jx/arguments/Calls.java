package io.github.dl4jx.arguments;

import io.github.dl4jx.arguments.PublicApi.Callable;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls things with one bad value, and tells how that ended. */
final class Calls {

  private static final int PATIENCE_SECONDS = 20;

  private final Good good;
  private final Path root;
  private ExecutorService thread = newThread();
  private int count;

  Calls(Good good, Path root) {
    this.good = good;
    this.root = root;
  }

  /** How a call ended: what it threw, if it did, what it returned, and whether it left a trace. */
  record Outcome(Throwable thrown, Object result, boolean changed) {}

  int count() {
    return count;
  }

  /** Calls with good values only. */
  Outcome good(Callable callable) {
    return call(callable, -1, null);
  }

  /** Calls with a bad value in the place of a parameter. */
  Outcome bad(Callable callable, int place, Bad.Value value) {
    count++;
    return call(callable, place, value);
  }

  private Outcome call(Callable callable, int place, Bad.Value value) {
    Future<Outcome> outcome = thread.submit(() -> callHere(callable, place, value));
    try {
      return outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      thread.shutdownNow();
      thread = newThread();
      return new Outcome(e, null, false);
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot call " + callable.id(), e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ExecutorService newThread() {
    return Executors.newSingleThreadExecutor(
        work -> {
          Thread thread = new Thread(work, "bad-arguments");
          thread.setDaemon(true);
          return thread;
        });
  }

  private Outcome callHere(Callable callable, int place, Bad.Value value) throws Exception {
    World world = new World(root);
    Object instance = callable.needsInstance() ? good.instanceFor(callable, world) : null;
    Parameter[] parameters = callable.executable().getParameters();
    Object[] arguments = new Object[parameters.length];
    Object[] goodOnes = new Object[parameters.length + 1];
    goodOnes[parameters.length] = instance;
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = i == place ? null : good.valueOf(callable, parameters[i], world);
      goodOnes[i] = arguments[i];
    }
    if (place >= 0) {
      arguments[place] = value.make(world);
    }
    String before = Fingerprint.of(goodOnes);
    try {
      Object result = invoke(callable, instance, arguments);
      before = Fingerprint.of(goodOnes); // what depends on several settings, build() looks at
      return new Outcome(null, finished(result), false);
    } catch (InvocationTargetException e) {
      return new Outcome(e.getCause(), null, !before.equals(Fingerprint.of(goodOnes)));
    }
  }

  private static Object invoke(Callable callable, Object instance, Object[] arguments)
      throws ReflectiveOperationException {
    return callable.executable() instanceof Constructor<?> constructor
        ? constructor.newInstance(arguments)
        : ((Method) callable.executable()).invoke(instance, arguments);
  }

  /** Settings may be checked when a builder builds. */
  private static Object finished(Object result) throws ReflectiveOperationException {
    if (result == null || !result.getClass().getSimpleName().endsWith("Builder")) {
      return result;
    }
    Optional<Method> build = Optional.empty();
    for (Method method : result.getClass().getMethods()) {
      if (method.getName().equals("build")
          && method.getParameterCount() == 0
          && !method.isBridge()) {
        build = Optional.of(method);
      }
    }
    if (build.isEmpty()) {
      return result;
    }
    build.get().setAccessible(true);
    return build.get().invoke(result);
  }
}
