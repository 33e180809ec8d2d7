package io.github.dl4jx.studies.dropout;

import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.studies.log.CurvePoint;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.resume.ListenerState;
import io.github.dl4jx.training.resume.ResumableListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Scores a network on the test data after every epoch. The scores are in the checkpoints, so that a
 * training of hours can be interrupted and its curve is whole.
 */
final class EpochScores extends BaseTrainingListener implements ResumableListener {

  /** What is kept of an epoch. */
  private record Scores(double accuracy, double nll) {

    private String text() {
      return accuracy + " " + nll; // the shortest text that reads back as the same double
    }

    private CurvePoint point(String data, String network, long seed, int epoch, String curve) {
      return new CurvePoint(data, network, seed, epoch, curve, false, accuracy, nll);
    }

    private static Scores of(String text) {
      String[] numbers = text.split(" ", 2);
      return new Scores(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
    }
  }

  private static final String KIND = "EpochScores";

  private final DataSet test;
  private final Runnable epochDone;
  private final List<Scores> scores = new ArrayList<>();

  /** Scores on test data, telling of each finished epoch, those of an earlier start among them. */
  EpochScores(DataSet test, Runnable epochDone) {
    this.test = test;
    this.epochDone = epochDone;
  }

  /** The scores after each epoch so far, as points of a curve. */
  List<CurvePoint> points(String data, String network, long seed, String curve) {
    return IntStream.range(0, scores.size())
        .mapToObj(i -> scores.get(i).point(data, network, seed, i + 1, curve))
        .toList();
  }

  @Override
  public void onEpochEnd(Model model) {
    ClassificationScores now = MnistNetwork.scores((MultiLayerNetwork) model, test);
    add(new Scores(now.accuracy(), now.nll()));
  }

  private void add(Scores epoch) {
    scores.add(epoch);
    epochDone.run();
  }

  @Override
  public ListenerState state() {
    String text = scores.stream().map(Scores::text).collect(Collectors.joining(";"));
    return new ListenerState(KIND, Map.of("scores", text), List.of());
  }

  @Override
  public void restore(Model model, ListenerState state) {
    String text = state.values().getOrDefault("scores", "");
    scores.clear();
    if (!text.isEmpty()) {
      for (String epoch : text.split(";", -1)) {
        add(Scores.of(epoch));
      }
    }
  }
}
