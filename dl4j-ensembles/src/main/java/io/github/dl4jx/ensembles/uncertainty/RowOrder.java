package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.graph.CombinationVertex;
import io.github.dl4jx.regularizers.dropout.KeyedDropout;
import io.github.dl4jx.regularizers.graph.StochasticDepth;
import java.util.Arrays;
import java.util.Set;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnn3DPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.preprocessors.KerasFlattenRnnPreprocessor;
import org.deeplearning4j.preprocessors.PermutePreprocessor;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;
import org.jspecify.annotations.Nullable;

/**
 * Which layers, vertices and preprocessors keep the rows of examples apart, so that copies of a
 * minibatch can be run as one minibatch.
 *
 * <p>Activations have k rows for each of the minibatch's n examples: one, or one for each step of a
 * sequence or input of a stack. In Deeplearning4j's order row r belongs to example {@code r mod n}.
 * If this order is kept, the result for an example does not depend on the others. Unknown classes
 * are assumed not to keep it.
 */
final class RowOrder {

  private static final Set<Class<? extends InputPreProcessor>> PREPROCESSORS =
      Set.of(
          Cnn3DToFeedForwardPreProcessor.class,
          CnnToFeedForwardPreProcessor.class,
          CnnToRnnPreProcessor.class,
          FeedForwardToCnn3DPreProcessor.class,
          FeedForwardToCnnPreProcessor.class,
          FeedForwardToRnnPreProcessor.class,
          KerasFlattenRnnPreprocessor.class,
          RnnToCnnPreProcessor.class,
          RnnToFeedForwardPreProcessor.class);

  private static final Set<Class<? extends GraphVertex>> VERTICES =
      Set.of(
          AttentionVertex.class,
          CombinationVertex.class,
          DuplicateToTimeSeriesVertex.class,
          ElementWiseVertex.class,
          L2Vertex.class,
          LastTimeStepVertex.class,
          MergeVertex.class,
          PoolHelperVertex.class,
          ReverseTimeSeriesVertex.class,
          ScaleVertex.class,
          ShiftVertex.class,
          StackVertex.class,
          StochasticDepth.class,
          SubsetVertex.class,
          UnstackVertex.class);

  private static final Set<Class<? extends IDropout>> DROPOUTS =
      Set.of(
          AlphaDropout.class,
          Dropout.class,
          GaussianDropout.class,
          GaussianNoise.class,
          SpatialDropout.class);

  private RowOrder() {}

  /**
   * {@return whether a preprocessor keeps the order}
   *
   * @param whole whether its input has one row for each example; false if unknown
   */
  static boolean isKeptBy(@Nullable InputPreProcessor preProcessor, boolean whole) {
    if (preProcessor instanceof ComposableInputPreProcessor) {
      return Arrays.stream(((ComposableInputPreProcessor) preProcessor).getInputPreProcessors())
          .allMatch(each -> isKeptBy(each, false));
    }
    if (preProcessor
        instanceof PermutePreprocessor) { // after its first use this includes the axis of rows
      return ((PermutePreprocessor) preProcessor).getPermutationIndices()[0] == 0;
    }
    return preProcessor == null
        || PREPROCESSORS.contains(preProcessor.getClass())
        || (whole && preProcessor.getClass() == ReshapePreprocessor.class);
  }

  /**
   * {@return whether a vertex, other than a layer's, keeps the order}
   *
   * @param whole whether its input has one row for each example
   * @param masked whether there are masks
   */
  static boolean isKeptBy(GraphVertex vertex, boolean whole, boolean masked) {
    if (vertex instanceof FrozenVertex) {
      return isKeptBy(unwrapped(vertex), whole, masked);
    }
    if (vertex instanceof LayerVertex) {
      LayerVertex ofLayer = (LayerVertex) vertex;
      return isKeptBy(ofLayer.getPreProcessor(), whole)
          && isKeptBy(ofLayer.getLayerConf().getLayer());
    }
    if (vertex instanceof PreprocessorVertex) {
      return isKeptBy(((PreprocessorVertex) vertex).getPreProcessor(), whole);
    }
    if (vertex instanceof ReshapeVertex) {
      ReshapeVertex reshape = (ReshapeVertex) vertex;
      return whole && !masked && reshape.getReshapeOrder() == 'c' && reshape.getNewShape()[0] == -1;
    }
    if (vertex instanceof L2NormalizeVertex) {
      int[] dimension = ((L2NormalizeVertex) vertex).getDimension();
      return dimension == null || Arrays.stream(dimension).allMatch(i -> i > 0);
    }
    return VERTICES.contains(vertex.getClass());
  }

  /** {@return a vertex, or the vertex in a frozen one} */
  static GraphVertex unwrapped(GraphVertex vertex) {
    return vertex instanceof FrozenVertex
        ? unwrapped(((FrozenVertex) vertex).getUnderlying())
        : vertex;
  }

  /** {@return whether a layer keeps the order, and its dropout draws for each row} */
  static boolean isKeptBy(Layer layer) {
    if (layer instanceof BaseWrapperLayer) {
      return isKnown(layer) && isKeptBy(((BaseWrapperLayer) layer).getUnderlying());
    }
    if (layer instanceof FrozenLayer) {
      return isKeptBy(((FrozenLayer) layer).getLayer());
    }
    if (layer instanceof Bidirectional) {
      return isKeptBy(((Bidirectional) layer).getFwd());
    }
    IDropout dropout = LayerDropout.within(layer.getIDropout());
    return isKnown(layer)
        && (dropout == null
            || dropout instanceof KeyedDropout
            || DROPOUTS.contains(dropout.getClass()));
  }

  private static boolean isKnown(Layer layer) {
    String name = layer.getClass().getName();
    return name.startsWith("org.deeplearning4j.nn.") || name.startsWith("io.github.dl4jx.");
  }
}
