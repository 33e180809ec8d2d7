package io.github.dl4jx.studies.neuralgpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv1DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;

/** A {@link NeuralGpu} in SameDiff: slices of one flat variable. */
final class SameDiffNeuralGpu {

  private static final int MAPS = 12;

  private final SameDiff sd = SameDiff.create();
  private final SDVariable flat;
  private long used;

  private SameDiffNeuralGpu(Task task, float[] weights) {
    flat = sd.var("flat", Nd4j.createFromArray(weights));
    SDVariable in = sd.placeHolder("in", DataType.FLOAT, -1, task.inputs);
    SDVariable labels = sd.placeHolder("labels", DataType.FLOAT, -1, 2);
    SDVariable embedding = slice(task.inputs, MAPS);
    SDVariable gateWeights = slice(3, MAPS, 2 * MAPS);
    SDVariable gateBias = slice(2 * MAPS);
    SDVariable candidateWeights = slice(3, MAPS, MAPS);
    SDVariable candidateBias = slice(MAPS);
    SDVariable output = slice(MAPS, 2);
    SDVariable s = in.mmul(embedding).reshape(-1, 6, MAPS);
    for (int step = 0; step < 6; step++) {
      SDVariable sigmoid = sd.nn.sigmoid(convolution(s, gateWeights, gateBias));
      SDVariable gates = sd.math.clipByValue(sigmoid.mul(1.2).sub(0.1), 0, 1);
      SDVariable u = gates.get(SDIndex.all(), SDIndex.all(), SDIndex.interval(0, MAPS));
      SDVariable r = gates.get(SDIndex.all(), SDIndex.all(), SDIndex.interval(MAPS, 2 * MAPS));
      SDVariable candidate = sd.math.tanh(convolution(r.mul(s), candidateWeights, candidateBias));
      s = candidate.add(u.mul(s.sub(candidate)));
    }
    sd.loss.softmaxCrossEntropy("loss", labels, s.reshape(-1, MAPS).mmul(output), null);
    sd.setLossVariables("loss");
  }

  private SDVariable slice(long... shape) {
    long from = used;
    long size = 1;
    for (long d : shape) {
      size *= d;
    }
    used += size;
    return flat.get(SDIndex.interval(from, used)).reshape(shape);
  }

  private SDVariable convolution(SDVariable x, SDVariable weights, SDVariable bias) {
    Conv1DConfig same =
        Conv1DConfig.builder()
            .k(3)
            .dataFormat(Conv1DConfig.NWC)
            .paddingMode(PaddingMode.SAME)
            .build();
    return sd.cnn.conv1d(x, weights, bias, same);
  }

  /** The weights after some steps on the batches of {@link GpuTraining}. */
  static float[] trained(Task task, float[] start, int steps, IUpdater updater, long seed) {
    Random random = new Random(~seed);
    List<DataSet> batches = new ArrayList<>();
    for (int t = 0; t < steps; t++) {
      int[][] inputs = task.draw(GpuTraining.BATCH, random);
      batches.add(
          new DataSet(oneHot(inputs, task.inputs), oneHot(task.outputs(inputs), task.outputs)));
    }
    SameDiffNeuralGpu network = new SameDiffNeuralGpu(task, start);
    network.sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(updater)
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("labels")
            .build());
    network.sd.fit(new ExistingDataSetIterator(batches), 1);
    return network.flat.getArr().toFloatVector();
  }

  private static INDArray oneHot(int[][] sequences, int symbols) {
    float[][] rows = new float[sequences.length * 6][symbols];
    for (int i = 0; i < rows.length; i++) {
      rows[i][sequences[i / 6][i % 6]] = 1;
    }
    return Nd4j.createFromArray(rows);
  }
}
