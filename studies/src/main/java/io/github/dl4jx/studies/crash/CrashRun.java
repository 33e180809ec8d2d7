package io.github.dl4jx.studies.crash;

import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.training.resume.ResumableIterator;
import io.github.dl4jx.training.resume.Training;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The process that is killed: a training run in which everything random or remembered must come
 * back the same.
 *
 * <p>Dropout of both libraries without seeds, so that they draw from ND4J's generator; gradient
 * noise; Adam's moments; three averages; a constraint, which Deeplearning4j applies after the
 * checkpoint is taken; an epoch whose last batch is smaller.
 */
public final class CrashRun {

  private static final int HIDDEN = 64;

  private CrashRun() {}

  /**
   * Starts the run, or goes on with it.
   *
   * @param args folder of the checkpoints, file for the {@link Outcome}, epochs, iterations between
   *     two checkpoints
   * @throws IOException if the data cannot be read or the outcome cannot be written
   */
  public static void main(String[] args) throws IOException {
    Plan plan = new Plan(Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    MultiLayerNetwork net = new MultiLayerNetwork(configuration());
    net.init();
    WeightAveragingListener ema = WeightAveragingListener.ema(0.99).warmup().build();
    WeightAveragingListener tail = WeightAveragingListener.polyakRuppert(Plan.BATCHES / 2).build();
    WeightAveragingListener swa = WeightAveragingListener.swa(0).build();
    net.setListeners(ema, tail, swa);
    Training.fit(
        net,
        new ResumableIterator(data(), Plan.BATCH, 42),
        plan.epochs(),
        ResumableCheckpoints.in(new File(args[0]))
            .everyIterations(plan.everyIterations())
            .keepLast(3)
            .build());
    new Outcome()
        .count("iteration", net.getIterationCount())
        .count("epoch", net.getEpochCount())
        .array("params", net.params())
        .array("updater state", net.getUpdater().getStateViewArray())
        .average("ema", ema)
        .average("polyakRuppert", tail)
        .average("swa", swa)
        .write(Path.of(args[1]));
  }

  private static MultiLayerConfiguration configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(GradientNoise.around(new Adam(1e-3)).seed(7).build())
        .list()
        .layer(
            new DenseLayer.Builder()
                .nIn(784)
                .nOut(HIDDEN)
                .activation(Activation.RELU)
                .dropOut(new Dropout(0.9))
                .constrainWeights(new MaxNormConstraint(1, 0)) // below the norms it starts with
                .build())
        .layer(
            new OutputLayer.Builder()
                .nIn(HIDDEN)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .dropOut(new InvertedDropout(0.8))
                .build())
        .build();
  }

  private static DataSet data() throws IOException {
    return new MnistDataSetIterator(Plan.EXAMPLES, Plan.EXAMPLES, false, true, false, 0).next();
  }
}
