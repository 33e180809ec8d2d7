package io.github.dl4jx.studies.lenet;

import static org.nd4j.linalg.schedule.ScheduleType.ITERATION;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.onednn.OneDnnConvolution;
import io.github.dl4jx.updaters.schedule.CosineAnnealingSchedule;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/** LeNet-5 of Y. LeCun et al. 1998, as in google/uncertainty-baselines. */
final class LeNet {

  static final double RATE = 2e-3;
  static final double RETAIN = 0.5;

  private LeNet() {}

  /**
   * The network, with Adam.
   *
   * @param iterations in which the learning rate falls to 0 by half a cosine
   */
  static MultiLayerConfiguration configuration(int iterations, boolean dropout) {
    return new NeuralNetConfiguration.Builder()
        .weightInit(WeightInit.RELU)
        .activation(Activation.RELU)
        .updater(new Adam(CosineAnnealingSchedule.once(ITERATION, RATE, 0, iterations)))
        .list()
        .layer(convolution(6))
        .layer(pooling())
        .layer(convolution(16))
        .layer(pooling())
        .layer(convolution(120))
        .layer(new DenseLayer.Builder().nOut(84).dropOut(retaining(dropout)).build())
        .layer(
            new OutputLayer.Builder()
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .dropOut(retaining(dropout))
                .build())
        .setInputType(InputType.convolutionalFlat(28, 28, 1))
        .build();
  }

  private static @Nullable InvertedDropout retaining(boolean dropout) {
    return dropout ? new InvertedDropout(RETAIN) : null;
  }

  private static OneDnnConvolution convolution(int outputs) {
    return new OneDnnConvolution(new ConvolutionLayer.Builder(5, 5).padding(2, 2).nOut(outputs));
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(2, 2).stride(2, 2).build();
  }

  /** {@return the members' outputs on the test data, in order} */
  static List<INDArray> outputs(Ensemble ensemble, DataSet test) {
    List<List<INDArray>> parts = new ArrayList<>();
    for (int m = 0; m < ensemble.size(); m++) {
      parts.add(new ArrayList<>());
    }
    for (int from = 0; from < test.numExamples(); from += MnistNetwork.SCORING_BATCH) {
      int to = Math.min(test.numExamples(), from + MnistNetwork.SCORING_BATCH);
      List<INDArray> batch =
          ensemble.memberOutputs(test.getFeatures().get(NDArrayIndex.interval(from, to)), null);
      for (int m = 0; m < batch.size(); m++) {
        parts.get(m).add(batch.get(m));
      }
    }
    List<INDArray> outputs = new ArrayList<>();
    parts.forEach(part -> outputs.add(Nd4j.concat(0, part.toArray(INDArray[]::new))));
    return outputs;
  }
}
