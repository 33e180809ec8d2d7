package io.github.dl4jx.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.boosting.AdaBoost;
import io.github.dl4jx.ensembles.boosting.AdaBoostM2;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.ensembles.run.SnapshotEnsemble;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.ensembles.uncertainty.MonteCarloDropout;
import io.github.dl4jx.training.averaging.BatchNormStatistics;
import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.parallel.OneBitDataParallel;
import io.github.dl4jx.training.parallel.OneBitGradientsAccumulator;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.training.resume.ResumableIterator;
import io.github.dl4jx.training.resume.Training;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Whatever trains or answers installs the guard. */
class EntryPointsTest {

  /** What a user calls. */
  private interface Call {
    void run() throws Exception;
  }

  @TempDir Path folder;

  @BeforeEach
  void uninstall() throws ReflectiveOperationException {
    if (!isGuarded()) {
      return;
    }
    InvocationHandler fence = Proxy.getInvocationHandler(Nd4j.getExecutioner());
    Field inner = fence.getClass().getDeclaredField("inner");
    inner.setAccessible(true);
    Field slot = Nd4j.class.getDeclaredField("OP_EXECUTIONER_INSTANCE");
    slot.setAccessible(true);
    slot.set(null, inner.get(fence));
  }

  @AfterEach
  void install() {
    BroadcastGuard.install();
  }

  private static boolean isGuarded() {
    return Proxy.isProxyClass(Nd4j.getExecutioner().getClass());
  }

  @TestFactory
  List<DynamicTest> call_first_installsTheGuard() {
    return List.of(
        test("Training", () -> Training.fit(net(), iterator(), 1, folder.resolve("a").toFile())),
        test(
            "ResumableCheckpoints",
            () -> ResumableCheckpoints.in(folder.resolve("b").toFile()).build()),
        test("OneBitDataParallel", () -> OneBitDataParallel.of(net()).build().fit(iterator(), 1)),
        test("OneBitGradientsAccumulator", () -> OneBitGradientsAccumulator.of(net(), 2)),
        test("BatchNormStatistics", () -> BatchNormStatistics.refresh(net(), iterator())),
        test("Ensemble", () -> Ensemble.of(new SoftVote(), List.of(net())).close()),
        test("MonteCarloDropout", () -> MonteCarloDropout.of(net()).build()),
        test("Bagging", () -> Bagging.of(conf()).members(2).build().fit(iterator(), 1).close()),
        test("DeepEnsemble", () -> DeepEnsemble.of(conf()).members(2).build().fit(iterator(), 1)),
        test("AdaBoost", () -> AdaBoost.of(conf()).rounds(2).build().fit(iterator(), 40)),
        test("AdaBoostM2", () -> AdaBoostM2.of(conf()).rounds(2).build().fit(iterator(), 40)),
        test(
            "SnapshotEnsemble",
            () -> SnapshotEnsemble.of(conf()).cycles(2).build().fit(iterator(), 2)));
  }

  private DynamicTest test(String name, Call call) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          uninstall(); // once for each: JUnit's is once for all
          call.run();
          assertThat(isGuarded()).isTrue();
        });
  }

  @Test
  void fit_members_guardedFromTheFirstStepOn() {
    boolean[] guarded = new boolean[1];
    Bagging.of(conf())
        .members(1)
        .memberListeners(
            member ->
                List.of(
                    new BaseTrainingListener() {
                      @Override
                      public void onEpochStart(Model model) {
                        guarded[0] = isGuarded();
                      }
                    }))
        .build()
        .fit(iterator(), 1)
        .close();
    assertThat(guarded[0]).isTrue();
  }

  private static MultiLayerConfiguration conf() {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Sgd(0.1))
        .list()
        .layer(new DenseLayer.Builder().nIn(4).nOut(5).activation(Activation.TANH).build())
        .layer(new BatchNormalization.Builder().nOut(5).build())
        .layer(
            new OutputLayer.Builder()
                .nIn(5)
                .nOut(3)
                .dropOut(0.5)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  private static MultiLayerNetwork net() {
    MultiLayerNetwork net = new MultiLayerNetwork(conf());
    net.init();
    return net;
  }

  private static DataSetIterator iterator() {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 12, 3);
    for (int i = 0; i < 12; i++) {
      labels.putScalar(i, i / 4, 1);
    }
    DataSet all = new DataSet(Nd4j.linspace(-1, 1, 48, DataType.FLOAT).reshape(12, 4), labels);
    return new ResumableIterator(all, 6, 1);
  }
}
