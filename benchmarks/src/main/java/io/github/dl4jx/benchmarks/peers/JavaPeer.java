package io.github.dl4jx.benchmarks.peers;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.SoftVote;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.ensembles.uncertainty.MonteCarloDropout;
import io.github.dl4jx.random.MovingAverage;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * This library's side of {@link PeerTable}; benchmarks/peers/torch_peer.py is the other, with the
 * same work by the same names.
 */
final class JavaPeer {

  private static final int ROWS = 8_000;
  private static final int BATCH = 128;
  private static final int EPOCHS = 3;
  private static final int LARGE = 10_000_000;
  private static final int MASKS = 50;

  private final int threads;
  private final double part;
  private final Map<String, Runnable> work = new LinkedHashMap<>();

  private JavaPeer(int threads, double part) {
    this.threads = threads;
    this.part = part;
    for (int[] shape : new int[][] {{64, 64}, {784, 256}}) {
      addTraining(shape[0], shape[1]);
    }
    for (int[] shape : new int[][] {{64, 64}, {784, 256}}) {
      for (int[] batch : new int[][] {{1, 1000}, {32, 400}, {256, 100}, {4096, 10}}) {
        addServing(shape[0], shape[1], batch[0], batch[1]);
      }
    }
    addDropout();
    addNoise();
    addAverage();
    addMasks();
  }

  /** Writes what it can do, then does what it is told; the arguments are threads and the part. */
  public static void main(String[] args) throws IOException {
    BroadcastGuard.install();
    JavaPeer peer = new JavaPeer(Integer.parseInt(args[0]), Double.parseDouble(args[1]));
    System.out.println("JDK " + Runtime.version().feature() + ", " + binaries());
    peer.work.keySet().forEach(System.out::println);
    System.out.println("ready");
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      Objects.requireNonNull(peer.work.get(order), order).run();
      System.out.println("done");
    }
  }

  private static String binaries() {
    String[] level = {"generic", "AVX2", "AVX-512"};
    String build = Nd4j.getBackend().buildInfo();
    return "ND4J 1.0.0-M2.1, binaries "
        + level[NativeOpsHolder.getInstance().getDeviceNativeOps().binaryLevel() - 1]
        + (build.contains("HAVE_ONEDNN") ? " with oneDNN" : "");
  }

  private void add(String name, String variant, int calls, Runnable call) {
    int times = Math.max(1, (int) (calls * part));
    work.put(
        name + "\t" + variant,
        () -> {
          for (int i = 0; i < times; i++) {
            call.run();
          }
        });
  }

  private static MultiLayerConfiguration dense(int inputs, int hidden) {
    return new NeuralNetConfiguration.Builder()
        .activation(Activation.RELU)
        .updater(new Adam(1e-3))
        .list()
        .layer(new DenseLayer.Builder().nIn(inputs).nOut(hidden).build())
        .layer(output(hidden).build())
        .build();
  }

  private static OutputLayer.Builder output(int inputs) {
    return new OutputLayer.Builder().nIn(inputs).nOut(10).activation(Activation.SOFTMAX);
  }

  private void addTraining(int inputs, int hidden) {
    int rows = (int) (ROWS * part);
    Random random = new Random(1);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, rows, 10);
    for (int i = 0; i < rows; i++) {
      labels.putScalar(i, random.nextInt(10), 1);
    }
    TrainingData data =
        TrainingData.of(new DataSet(Nd4j.rand(DataType.FLOAT, rows, inputs), labels), BATCH);
    Members.ways()
        .forEach(
            (name, way) ->
                work.put(
                    "train " + inputs + "-" + hidden + "-10\t" + name,
                    () ->
                        way.set(
                                DeepEnsemble.of(dense(inputs, hidden)).members(Members.MEMBERS),
                                threads)
                            .build()
                            .fit(data, EPOCHS)
                            .close()));
  }

  private void addServing(int inputs, int hidden, int batch, int calls) {
    List<MultiLayerNetwork> members = new ArrayList<>();
    for (int i = 0; i < Members.MEMBERS; i++) {
      MultiLayerNetwork member = new MultiLayerNetwork(dense(inputs, hidden));
      member.init();
      members.add(member);
    }
    Ensemble ensemble = Ensemble.of(new SoftVote(), members);
    INDArray x = Nd4j.rand(DataType.FLOAT, batch, inputs);
    String name = "serve " + inputs + "-" + hidden + "-10 at " + batch;
    add(name, "Ensemble.output", calls, () -> ensemble.output(x));
    add(
        name,
        "Deeplearning4j, ten calls of output",
        calls,
        () -> {
          INDArray sum = members.get(0).output(x);
          for (int m = 1; m < Members.MEMBERS; m++) {
            sum.addi(members.get(m).output(x));
          }
          sum.divi(Members.MEMBERS);
        });
  }

  private void addDropout() {
    INDArray x = Nd4j.rand(DataType.FLOAT, 256, 4096).dup('f');
    INDArray y = x.dup('f');
    INDArray gradients = x.dup('f');
    InvertedDropout dropout = new InvertedDropout(0.5);
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
    add(
        "dropout 256x4096",
        "InvertedDropout",
        40,
        () -> {
          dropout.applyDropout(x, y, 0, 0, workspaces);
          dropout.backprop(gradients, gradients, 0, 0);
        });
  }

  private void addNoise() {
    INDArray gradient = Nd4j.rand(DataType.FLOAT, LARGE);
    GradientUpdater<?> noisy =
        GradientNoise.around(new Sgd(0.1)).build().instantiate((INDArray) null, true);
    add("noise 10^7", "GradientNoise", 5, () -> noisy.applyUpdater(gradient, 1, 0));
  }

  private void addAverage() {
    INDArray mean = Nd4j.rand(DataType.FLOAT, LARGE);
    INDArray weights = Nd4j.rand(DataType.FLOAT, LARGE);
    add("EMA 10^7", "MovingAverage", 40, () -> MovingAverage.update(mean, weights, 0.001));
  }

  private void addMasks() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .activation(Activation.RELU)
                .list()
                .layer(new DenseLayer.Builder().nIn(784).nOut(512).build())
                .layer(
                    new DenseLayer.Builder()
                        .nIn(512)
                        .nOut(512)
                        .dropOut(new InvertedDropout(0.5))
                        .build())
                .layer(output(512).dropOut(new InvertedDropout(0.5)).build())
                .build());
    network.init();
    MonteCarloDropout dropout = MonteCarloDropout.of(network).samples(MASKS).seed(1).build();
    INDArray x = Nd4j.rand(DataType.FLOAT, 32, 784);
    add("50 masks at 32", "MonteCarloDropout", 20, () -> dropout.predict(x).mean());
  }
}
