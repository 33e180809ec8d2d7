package io.github.dl4jx.studies.montecarlo;

import io.github.dl4jx.ensembles.uncertainty.MonteCarloDropout;
import io.github.dl4jx.ensembles.uncertainty.UncertainPrediction;
import io.github.dl4jx.random.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What a network says of images by weight scaling and by Monte-Carlo dropout, and how unsure it is
 * of each.
 *
 * @param scaled class probabilities by weight scaling, [image, class]
 * @param mean class probabilities by Monte-Carlo dropout, [image, class]
 * @param doubts numbers, one an image
 */
record DoubtfulPrediction(INDArray scaled, INDArray mean, Map<Doubt, double[]> doubts) {

  /** Images that are sampled together; others have other masks. */
  private static final int BATCH = 500;

  /** Takes a batch: how many images came before it, and the samples of its predictions. */
  interface BatchConsumer {
    void accept(int before, UncertainPrediction prediction);
  }

  /**
   * Samples predictions, batch after batch.
   *
   * @param images [image, pixel]
   * @param samples number of masks
   * @param masks seed of the masks
   */
  static void sample(
      MultiLayerNetwork net, INDArray images, int samples, long masks, BatchConsumer batches) {
    int count = (int) images.size(0);
    for (int from = 0; from < count; from += BATCH) {
      INDArray batch = images.get(NDArrayIndex.interval(from, Math.min(count, from + BATCH)));
      MonteCarloDropout dropout =
          MonteCarloDropout.of(net).samples(samples).seed(Seeds.derive(masks, from)).build();
      batches.accept(from, dropout.predict(batch));
    }
  }

  /** The numbers of one measure, one an image. */
  double[] of(Doubt doubt) {
    return Objects.requireNonNull(doubts.get(doubt));
  }

  /**
   * Predicts.
   *
   * @param images [image, pixel]
   * @param samples number of masks
   * @param masks seed of the masks
   */
  static DoubtfulPrediction of(MultiLayerNetwork net, INDArray images, int samples, long masks) {
    Map<Doubt, double[]> doubts = new EnumMap<>(Doubt.class);
    for (Doubt doubt : Doubt.values()) {
      doubts.put(doubt, new double[(int) images.size(0)]);
    }
    INDArray scaled = net.output(images);
    UncertainPrediction single = UncertainPrediction.ofMembers(List.of(scaled));
    put(doubts, Doubt.SCALED_ENTROPY, 0, single.predictiveEntropy().toDoubleVector());
    put(doubts, Doubt.SCALED_MAXIMUM, 0, besideTheMaxima(scaled));
    List<INDArray> means = new ArrayList<>();
    sample(
        net,
        images,
        samples,
        masks,
        (before, p) -> {
          put(doubts, Doubt.ENTROPY, before, p.predictiveEntropy().toDoubleVector());
          put(doubts, Doubt.MUTUAL_INFORMATION, before, p.mutualInformation().toDoubleVector());
          put(doubts, Doubt.VARIATION_RATIO, before, p.variationRatio().toDoubleVector());
          means.add(p.mean());
        });
    return new DoubtfulPrediction(scaled, Nd4j.concat(0, means.toArray(INDArray[]::new)), doubts);
  }

  private static void put(Map<Doubt, double[]> doubts, Doubt doubt, int from, double[] values) {
    System.arraycopy(values, 0, doubts.get(doubt), from, values.length);
  }

  /** The other classes' sums, which keep digits that 1 - maximum would round away. */
  static double[] besideTheMaxima(INDArray probabilities) {
    return Arrays.stream(probabilities.toDoubleMatrix())
        .mapToDouble(row -> Arrays.stream(row).sorted().limit(row.length - 1L).sum())
        .toArray();
  }
}
