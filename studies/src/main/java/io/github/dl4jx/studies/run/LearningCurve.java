package io.github.dl4jx.studies.run;

import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/**
 * One training run, scored on the test data after every epoch.
 *
 * @param data label of the data
 * @param network what the network is
 * @param train the training data
 * @param test the test data
 * @param epochs how long the training is
 */
public record LearningCurve(String data, String network, DataSet train, DataSet test, int epochs) {

  /**
   * Trains.
   *
   * @param curve label of the curve
   * @param seed seed of the order of the examples
   * @param net the network, not trained yet; released at the end
   * @param epochDone called after every epoch
   * @return the curve's points
   */
  public List<CurvePoint> run(String curve, long seed, MultiLayerNetwork net, Runnable epochDone) {
    try {
      List<CurvePoint> points = new ArrayList<>();
      ResumableIterator iterator = MnistNetwork.iterator(train, seed);
      for (int epoch = 1; epoch <= epochs; epoch++) {
        net.fit(iterator);
        points.add(
            CurvePoint.of(
                data, network, seed, epoch, curve, false, MnistNetwork.scores(net, test)));
        epochDone.run();
      }
      return points;
    } finally {
      Network.of(net).release();
    }
  }
}
