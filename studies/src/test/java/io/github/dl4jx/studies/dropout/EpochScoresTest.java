package io.github.dl4jx.studies.dropout;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.studies.mnist.DrawnImages;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.resume.Training;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class EpochScoresTest {

  private static final DataSet DATA =
      new DataSet(DrawnImages.digits(1, 10), Nd4j.eye(10).castTo(DataType.FLOAT));

  private final AtomicInteger told = new AtomicInteger();

  @Test
  void points_ofATrainingThatGoesOn_areThoseOfOneThatWasNotInterrupted(@TempDir Path folder) {
    List<CurvePoint> straight = points(3, folder.resolve("straight"));
    points(2, folder.resolve("stopped"));
    told.set(0);
    assertThat(points(3, folder.resolve("stopped"))).hasSize(3).isEqualTo(straight);
    assertThat(told).hasValue(3);
  }

  private List<CurvePoint> points(int epochs, Path folder) {
    EpochScores scores = new EpochScores(DATA, told::incrementAndGet);
    MultiLayerNetwork net = new DropoutRow(1, 8, true, true, 0.1, 1).network(1, 3);
    net.setListeners(scores);
    Training.fit(net, MnistNetwork.iterator(DATA, 1), epochs, folder.toFile());
    net.close();
    return scores.points("data", "network", 1, "curve");
  }
}
