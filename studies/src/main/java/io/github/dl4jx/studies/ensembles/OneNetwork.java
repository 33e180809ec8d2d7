package io.github.dl4jx.studies.ensembles;

import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.network.Network;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** One network that costs as much training as an ensemble of n members, for every n. */
public final class OneNetwork {

  private OneNetwork() {}

  private static MultiLayerNetwork init(MultiLayerConfiguration configuration, long seed) {
    configuration.getConfs().forEach(layer -> layer.setSeed(seed));
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    return net;
  }

  /** The curve of one network by itself, without a vote. */
  public static List<CurvePoint> points(
      MemberCurve.Setting setting, String name, long seed, List<INDArray> outputs) {
    List<CurvePoint> points = new ArrayList<>();
    for (int n = 1; n <= outputs.size(); n++) {
      points.add(setting.point(name, seed, n, outputs.get(n - 1)));
    }
    return points;
  }

  /** The outputs on test data after every so many epochs of one training run. */
  public static List<INDArray> checkpoints(
      MultiLayerConfiguration configuration,
      long seed,
      int checkpoints,
      int epochs,
      DataSet train,
      DataSet test) {
    MultiLayerNetwork net = init(configuration, seed);
    try {
      List<INDArray> outputs = new ArrayList<>();
      for (int c = 0; c < checkpoints; c++) {
        net.fit(MnistNetwork.iterator(train, seed + c), epochs);
        outputs.add(net.output(test.getFeatures()));
      }
      return outputs;
    } finally {
      Network.of(net).release();
    }
  }
}
