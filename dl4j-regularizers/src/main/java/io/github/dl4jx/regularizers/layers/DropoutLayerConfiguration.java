package io.github.dl4jx.regularizers.layers;

import io.github.dl4jx.random.internal.Arguments;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.NoParamLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer that drops its input, of any shape, and has no parameters. */
abstract class DropoutLayerConfiguration extends NoParamLayer {

  DropoutLayerConfiguration() {}

  /** The layer of a network. */
  abstract Layer running(NeuralNetConfiguration conf, DataType dataType);

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> trainingListeners,
      int layerIndex,
      INDArray layerParamsView,
      boolean initializeParams,
      DataType networkDataType) {
    Layer layer = running(conf, networkDataType);
    layer.setListeners(trainingListeners);
    layer.setIndex(layerIndex);
    layer.setParamsViewArray(layerParamsView);
    layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
    return layer;
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    Preconditions.checkArgument(
        inputType != null,
        "layer %s (\"%s\"): inputType must not be null",
        layerIndex,
        getLayerName());
    return inputType;
  }

  @Override
  @SuppressWarnings("NullAway") // null is how Deeplearning4j says "none needed"
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return null;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    Arguments.notNull("inputType", inputType);
    return new LayerMemoryReport.Builder(layerName, getClass(), inputType, inputType)
        .standardMemory(0, 0)
        .workingMemory(0, 0, 0, 0) // the mask is drawn again, not stored
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }
}
