package io.github.dl4jx.studies.lenet;

import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.resume.ListenerState;
import io.github.dl4jx.training.resume.ResumableListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * What a network says of the test data after every so many epochs. It is in the checkpoints, so
 * that a training of hours can be interrupted and loses nothing.
 */
final class EpochOutputs extends BaseTrainingListener implements ResumableListener {

  private final DataSet test;
  private final int every;
  private final Runnable taken;
  private final List<INDArray> all = new ArrayList<>();
  private int epochs;

  /**
   * Takes the outputs after every so many epochs.
   *
   * @param taken told of each, those of an earlier start among them
   */
  EpochOutputs(DataSet test, int every, Runnable taken) {
    this.test = test;
    this.every = every;
    this.taken = taken;
  }

  /** The outputs so far, oldest first. */
  List<INDArray> all() {
    return all;
  }

  @Override
  public void onEpochEnd(Model model) {
    epochs++;
    if (epochs % every == 0) {
      add(MnistNetwork.outputs(((MultiLayerNetwork) model)::output, test.getFeatures()));
    }
  }

  private void add(INDArray outputs) {
    all.add(outputs);
    taken.run();
  }

  @Override
  public ListenerState state() {
    List<INDArray> rows =
        all.stream().map(one -> one.reshape('c', one.length())).collect(Collectors.toList());
    return new ListenerState(
        "EpochOutputs every " + every, Map.of("epochs", String.valueOf(epochs)), rows);
  }

  @Override
  public void restore(Model model, ListenerState state) {
    epochs = Integer.parseInt(state.values().getOrDefault("epochs", "0"));
    all.clear();
    state.arrays().forEach(row -> add(row.reshape('c', test.numExamples(), -1)));
  }
}
