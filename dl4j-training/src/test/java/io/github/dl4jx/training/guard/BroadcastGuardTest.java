package io.github.dl4jx.training.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.api.ops.impl.broadcast.bool.BroadcastGreaterThan;
import org.nd4j.linalg.api.ops.impl.reduce.same.Sum;
import org.nd4j.linalg.exception.ND4JIllegalStateException;
import org.nd4j.linalg.exception.ND4JOpProfilerException;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.linalg.profiler.ProfilerConfig;

class BroadcastGuardTest {

  /** Calls an operation of ND4J. */
  private interface Operation {
    INDArray run();
  }

  private final Nd4jSlot slot = new Nd4jSlot();

  @BeforeEach
  void uninstall() throws Exception {
    OpExecutioner executioner = slot.get();
    if (Fence.isAround(executioner)) {
      assertThat(slot.replace(executioner, Guards.inner(executioner))).isTrue();
    }
  }

  @Test
  void install_twice_putsOneGuard() {
    OpExecutioner native1 = Nd4j.getExecutioner();

    assertThat(BroadcastGuard.install()).isTrue();
    OpExecutioner guarded = Nd4j.getExecutioner();
    assertThat(BroadcastGuard.install()).isTrue();

    assertThat(Nd4j.getExecutioner()).isSameAs(guarded);
    assertThat(Guards.inner(guarded)).isSameAs(native1);
  }

  @Test
  void install_executionerReplacedLater_guardsTheNewOne() throws Exception {
    BroadcastGuard.install();
    OpExecutioner guarded = Nd4j.getExecutioner();
    slot.replace(guarded, Guards.inner(guarded)); // as a second initialization of ND4J would

    assertThat(BroadcastGuard.install()).isTrue();

    assertThat(Fence.isAround(Nd4j.getExecutioner())).isTrue();
  }

  @Test
  void install_guardOfAnotherClassLoader_isRecognized() throws Exception {
    Class<?> other = new GuardLoader().loadClass(BroadcastGuard.class.getName());
    assertThat(other).isNotSameAs(BroadcastGuard.class);

    assertThat(other.getMethod("install").invoke(null)).isEqualTo(true);
    OpExecutioner guarded = Nd4j.getExecutioner();
    assertThat(BroadcastGuard.install()).isTrue();

    assertThat(Nd4j.getExecutioner()).isSameAs(guarded);
    slot.replace(guarded, Guards.inner(guarded));
  }

  @Test
  void exec_guarded_sameBits() {
    Map<String, Operation> operations = operations();
    Map<String, INDArray> plain = new LinkedHashMap<>();
    operations.forEach((name, operation) -> plain.put(name, operation.run()));
    assertThat(Fence.isAround(Nd4j.getExecutioner())).isFalse();

    assertThat(BroadcastGuard.install()).isTrue();

    operations.forEach(
        (name, operation) ->
            assertThat(operation.run().data().asBytes())
                .as(name)
                .isEqualTo(plain.get(name).data().asBytes()));
  }

  private static Map<String, Operation> operations() {
    INDArray a = Nd4j.linspace(-1, 2, 35, DataType.FLOAT).reshape(5, 7);
    INDArray row = Nd4j.linspace(0.1, 0.9, 7, DataType.FLOAT);
    INDArray column = Nd4j.linspace(0.1, 0.9, 5, DataType.FLOAT).reshape(5, 1);
    Map<String, Operation> all = new LinkedHashMap<>();
    all.put("addiRowVector", () -> a.dup().addiRowVector(row));
    all.put("muliColumnVector", () -> a.dup().muliColumnVector(column));
    all.put(
        "broadcast bool",
        () ->
            Nd4j.getExecutioner()
                .exec(new BroadcastGreaterThan(a, row, Nd4j.create(DataType.BOOL, 5, 7), 1)));
    all.put("sum", () -> a.sum(0));
    all.put("std", () -> a.std(1));
    all.put("argMax", () -> a.argMax(1));
    all.put("cosine", () -> Transforms.allCosineSimilarities(a, a, 1));
    all.put("scalar", () -> a.mul(3.3));
    all.put("exp", () -> Transforms.exp(a));
    all.put("mmul", () -> a.mmul(a.transpose()));
    all.put("concat", () -> Nd4j.concat(1, a, a));
    all.put("random", () -> Nd4j.rand(Nd4j.getRandomFactory().getNewRandomInstance(3), 4L, 4L));
    all.put("training", BroadcastGuardTest::trained);
    return all;
  }

  private static INDArray trained() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.01))
                .list()
                .layer(new DenseLayer.Builder().nIn(7).nOut(6).activation(Activation.TANH).build())
                .layer(new BatchNormalization.Builder().nOut(6).build())
                .layer(
                    new OutputLayer.Builder().nIn(6).nOut(5).activation(Activation.SOFTMAX).build())
                .build());
    net.init();
    INDArray features = Nd4j.linspace(-1, 1, 35, DataType.FLOAT).reshape(5, 7);
    for (int step = 0; step < 20; step++) {
      net.fit(features, Nd4j.eye(5));
    }
    return net.params();
  }

  @Test
  void exec_invalidOp_sameException() {
    String plain = failure();
    BroadcastGuard.install();
    assertThat(failure()).isEqualTo(plain);
  }

  /** A sum into an array that is too small. */
  private static String failure() {
    INDArray x = Nd4j.ones(DataType.FLOAT, 3, 4);
    Sum wrong = new Sum(x, Nd4j.create(DataType.FLOAT, 2), 0);
    try {
      Nd4j.getExecutioner().exec(wrong);
    } catch (ND4JIllegalStateException e) {
      return e.getMessage();
    }
    throw new AssertionError("no exception");
  }

  @Test
  void exec_innerThrows_theVeryException() {
    for (Throwable problem :
        List.of(
            new IllegalStateException("x"), new OutOfMemoryError("y"), new StackOverflowError())) {
      OpExecutioner guarded =
          Fence.around(
              executioner(
                  method -> {
                    throw problem;
                  }));
      assertThatThrownBy(guarded::commit).isSameAs(problem);
    }
  }

  @Test
  void exec_nanPanic_stillPanics() {
    BroadcastGuard.install();
    OpExecutioner executioner = Nd4j.getExecutioner();
    executioner.setProfilingConfig(ProfilerConfig.builder().checkForNAN(true).build());
    try {
      assertThatThrownBy(() -> Transforms.log(Nd4j.scalar(-1f)))
          .isInstanceOf(ND4JOpProfilerException.class)
          .hasMessageContaining("NaN");
    } finally {
      executioner.setProfilingConfig(ProfilerConfig.builder().build());
    }
    assertThat(Transforms.log(Nd4j.scalar(-1f)).getFloat(0)).isNaN();
  }

  @Test
  void enableDebugMode_guarded_reachesTheExecutioner() {
    BroadcastGuard.install();
    OpExecutioner executioner = Nd4j.getExecutioner();
    executioner.enableDebugMode(true);
    try {
      assertThat(Guards.inner(executioner).isDebug()).isTrue();
      assertThat(Nd4j.ones(2, 3).addiRowVector(Nd4j.ones(3)).sumNumber().intValue()).isEqualTo(12);
    } finally {
      executioner.enableDebugMode(false);
    }
    assertThat(executioner.isDebug()).isFalse();
  }

  @Test
  @SuppressWarnings("SelfAssertion")
  void equals_guard_isItselfOnly() {
    OpExecutioner inner = executioner(method -> null);
    OpExecutioner guarded = Fence.around(inner);
    assertThat(guarded.equals(guarded)).isTrue();
    assertThat(guarded.equals(Fence.around(inner))).isFalse();
    assertThat(guarded).isNotEqualTo(inner).hasToString("guarded " + inner);
    assertThat(guarded.hashCode()).isEqualTo(System.identityHashCode(guarded));
  }

  @Test
  void install_propertyOff_leavesNd4jAlone() throws Exception {
    assertThat(inNewJvm("-Ddl4jx.guard=off"))
        .contains("install: false")
        .contains("executioner: org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner");
  }

  @Test
  void install_newJvm_guardsBeforeAnythingElseIsDone() throws Exception {
    assertThat(inNewJvm("-Ddl4jx.guard=on"))
        .contains("install: true")
        .doesNotContain("executioner: org.nd4j");
  }

  private static String inNewJvm(String option) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", option));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(PrintExecutioner.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /** The main class of another JVM. */
  static final class PrintExecutioner {
    private PrintExecutioner() {}

    public static void main(String[] args) {
      System.out.println("install: " + BroadcastGuard.install());
      System.out.println("executioner: " + Nd4j.getExecutioner().getClass().getName());
    }
  }

  /** What an executioner does. */
  interface Answer {
    Object to(String method) throws Throwable;
  }

  static OpExecutioner executioner(Answer answer) {
    return (OpExecutioner)
        Proxy.newProxyInstance(
            BroadcastGuardTest.class.getClassLoader(),
            new Class<?>[] {OpExecutioner.class},
            (proxy, method, args) ->
                method.getName().equals("toString") ? "stub" : answer.to(method.getName()));
  }

  /** Has classes of its own of the package. */
  private static final class GuardLoader extends ClassLoader {

    GuardLoader() {
      super(BroadcastGuardTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(BroadcastGuard.class.getPackageName())) {
        return super.loadClass(name, resolve);
      }
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      try (InputStream code = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = code.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
