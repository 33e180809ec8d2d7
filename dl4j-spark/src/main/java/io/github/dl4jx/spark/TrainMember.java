package io.github.dl4jx.spark;

import io.github.dl4jx.ensembles.Networks;
import io.github.dl4jx.ensembles.train.MemberTask;
import io.github.dl4jx.ensembles.train.TrainingData;
import io.github.dl4jx.training.network.ModelFiles;
import java.io.File;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** What an executor does: trains one member. */
final class TrainMember implements Function<MemberTask, TrainedMember> {

  private static final long serialVersionUID = 1;

  private final Broadcast<SentData> data;
  private final @Nullable Supplier<? extends DataSetIterator> stream;
  private final int patience;
  private final @Nullable File file;

  /**
   * The training of a member.
   *
   * @param stream opens the stream, or null if the data is sent
   * @param file where the network is put, or null if it is sent back
   */
  TrainMember(
      Broadcast<SentData> data,
      @Nullable Supplier<? extends DataSetIterator> stream,
      int patience,
      @Nullable File file) {
    this.data = data;
    this.stream = stream;
    this.patience = patience;
    this.file = file;
  }

  @Override
  public TrainedMember call(MemberTask task) throws Exception {
    TaskContext context = TaskContext.get();
    // Spark 3.4 and later set OMP_NUM_THREADS to the same, but not in local mode
    Nd4j.factory().blas().setMaxThreads(context.cpus());
    try {
      Model network = task.train(training(), data.value().validation(), patience);
      try {
        if (file == null) {
          return new TrainedMember(ModelFiles.write(network), Machine.of(context));
        }
        ModelFiles.write(network, file);
        return new TrainedMember(null, Machine.of(context));
      } finally {
        Networks.release(network);
      }
    } finally {
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
  }

  private TrainingData training() {
    TrainingData sent = data.value().training();
    if (sent != null) {
      return sent;
    }
    if (stream == null) {
      throw new IllegalStateException("neither examples nor a stream were sent");
    }
    return TrainingData.streaming(stream);
  }
}
