package io.github.dl4jx.training.parallel;

import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.bits;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.data;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.graph;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.network;
import static io.github.dl4jx.training.parallel.OneBitDataParallelTest.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.training.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

@Timeout(60)
class ParallelWorkerTest {

  /** What the settings of a builder are, whoever trains with them. */
  private static final class Settings extends DataParallelBuilder<Settings> {
    @Override
    protected Settings self() {
      return this;
    }

    static DataParallelSettings of(UnaryOperator<Settings> change) {
      return change.apply(new Settings()).settings();
    }
  }

  private static UnaryOperator<Settings> exchange(String name, int workers) {
    return builder -> {
      builder.workers(workers);
      return switch (name) {
        case "exact" -> builder.exact();
        case "twice" -> builder.quantizedTwice();
        case "twice, exact at first" -> builder.quantizedTwice().exactIterations(2);
        case "once, exact at first" -> builder.exactIterations(2);
        case "once" -> builder;
        default -> throw new IllegalArgumentException(name);
      };
    };
  }

  private static OneBitDataParallel threads(Model net, String name, int workers) {
    OneBitDataParallel.Builder builder = OneBitDataParallel.of(net).workers(workers);
    return switch (name) {
      case "exact" -> builder.exact().build();
      case "twice" -> builder.quantizedTwice().build();
      case "twice, exact at first" -> builder.quantizedTwice().exactIterations(2).build();
      case "once, exact at first" -> builder.exactIterations(2).build();
      default -> builder.build();
    };
  }

  /** The minibatches of one worker. */
  interface Share {
    MultiDataSetIterator of(int worker);
  }

  /** Every n-th minibatch. */
  private static Share dealt(int examples, int batch, int workers) {
    return worker -> {
      List<DataSet> mine = new ArrayList<>();
      for (int i = 0; i * batch < examples; i++) {
        if (i % workers == worker) {
          mine.add(rows(data(examples), i * batch, Math.min(examples, (i + 1) * batch)));
        }
      }
      return Batch.iterator(OneBitDataParallelTest.batchList(mine));
    };
  }

  private static DataSet rows(DataSet all, int from, int to) {
    return (DataSet) all.getRange(from, to);
  }

  /** Trains with workers of which each has a thread, and returns their replicas. */
  private static List<Model> train(
      Model net, DataParallelSettings settings, Share share, int epochs, int most)
      throws InterruptedException {
    int n = settings.workers();
    List<QueueLink> links = QueueLink.mesh(n);
    ExecutorService pool = Executors.newFixedThreadPool(n);
    List<Model> replicas = new ArrayList<>();
    for (int w = 0; w < n; w++) {
      replicas.add(w == 0 ? net : Replica.checked(net).copy().model());
    }
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int w = 0; w < n; w++) {
        int worker = w;
        running.add(
            pool.submit(
                () -> {
                  work(replicas.get(worker), settings, links.get(worker), share, epochs, most);
                  return worker;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    } finally {
      pool.shutdownNow();
    }
    return replicas;
  }

  /** In stretches of some rounds, each of which starts with nothing but what the last one left. */
  private static void work(
      Model replica,
      DataParallelSettings settings,
      WorkerLink link,
      Share share,
      int epochs,
      int most) {
    float @Nullable [][] residuals = null;
    Network net = Network.of(replica);
    int end = net.epoch() + epochs;
    int done = 0;
    while (net.epoch() < end) {
      try (ParallelWorker worker = new ParallelWorker(replica, settings, link, residuals)) {
        int made = worker.train(share.of(link.index()), done, most);
        done = made < most ? 0 : done + made;
        residuals = worker.residuals();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "exact,2",
    "exact,3",
    "once,1",
    "once,2",
    "once,4",
    "twice,2",
    "twice,3",
    "twice,5",
    "'twice, exact at first',3",
    "'once, exact at first',2"
  })
  void train_minibatchesDealtOut_hasTheBitsOfThreads(String exchange, int workers)
      throws InterruptedException {
    for (int most : new int[] {2, 1000}) {
      Model net = graph(new Adam(0.01));
      Model twin = graph(new Adam(0.01));
      int examples = 17 * 8 - 3; // the last round has fewer minibatches than workers
      List<Model> replicas =
          train(
              net, Settings.of(exchange(exchange, workers)), dealt(examples, 8, workers), 2, most);
      threads(twin, exchange, workers)
          .fit(OneBitDataParallelTest.batchList(data(examples).batchBy(8)), 2);
      for (Model replica : replicas) {
        assertThat(bits(replica)).containsExactly(bits(twin));
        assertThat(state(replica)).containsExactly(state(twin));
        assertThat(Network.of(replica).iteration()).isEqualTo(Network.of(twin).iteration());
        assertThat(Network.of(replica).epoch()).isEqualTo(2);
      }
    }
  }

  /** Sgd, exact: the step of the joined minibatch, whoever has how much of it. */
  @Test
  void train_sharesOfDifferentSizes_roundsFollowWhatThereIs() throws InterruptedException {
    Model net = network(new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(0.5)));
    Model twin = network(new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(0.5)));
    DataSet all = data(40);
    List<List<DataSet>> shares =
        List.of(
            List.of(rows(all, 0, 5)),
            List.of(rows(all, 5, 15), rows(all, 15, 20), rows(all, 20, 24)),
            List.of(rows(all, 24, 30), rows(all, 30, 40)));
    Share share = worker -> Batch.iterator(OneBitDataParallelTest.batchList(shares.get(worker)));
    train(net, Settings.of(b -> b.workers(3).exact()), share, 1, 1000);
    List<DataSet> joined =
        List.of(
            DataSet.merge(List.of(rows(all, 0, 5), rows(all, 5, 15), rows(all, 24, 30))),
            DataSet.merge(List.of(rows(all, 15, 20), rows(all, 30, 40))),
            rows(all, 20, 24));
    Network.of(twin)
        .with(layers -> joined.forEach(layers::fit), graph -> joined.forEach(graph::fit));
    assertThat(Network.of(net).iteration()).isEqualTo(3);
    float[] expected = bits(twin);
    float[] got = bits(net);
    for (int i = 0; i < got.length; i++) {
      assertThat(got[i]).isCloseTo(expected[i], org.assertj.core.api.Assertions.within(1e-6f));
    }
  }

  @Test
  void train_replicaChangedAlone_isNoticedAndNamed() {
    Model net = network(new Adam(0.01));
    assertThatThrownBy(
            () ->
                train(
                    net,
                    Settings.of(b -> b.workers(2)),
                    worker -> {
                      if (worker == 0) {
                        net.params().addi(1e-3); // not in the other one
                      }
                      return dealt(64, 8, 2).of(worker);
                    },
                    1,
                    1000))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("differs from those of the workers");
  }

  @Test
  void train_workerWithoutAMinibatch_isRefused() {
    ParallelWorker worker =
        new ParallelWorker(
            network(new Adam(0.01)),
            Settings.of(b -> b.workers(2)),
            QueueLink.mesh(2).get(1),
            null);
    MultiDataSetIterator none = Batch.iterator(OneBitDataParallelTest.batchList(List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> worker.train(none, 0, 1))
        .withMessage("worker 1 must have at least 1 minibatch, got 0");
  }

  @Test
  void constructor_linkOrResidualsOfAnotherTraining_areRefused() {
    Model net = network(new Adam(0.01));
    DataParallelSettings two = Settings.of(b -> b.workers(2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ParallelWorker(net, two, QueueLink.mesh(3).get(0), null))
        .withMessage("link must be of 2 workers, got 3");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ParallelWorker(net, two, QueueLink.mesh(2).get(0), new float[][] {{1}}))
        .withMessage("residuals must have the sizes [" + net.params().length() + "], got [1]");
  }

  /**
   * By hand: a header of 8 bytes, and a column's two floats and bits; or 4 bytes a value of half.
   */
  @Test
  void largestMessage_isThatOfTheExchange() {
    Model net = network(new Adam(0.01)); // columns: 9 of 70, 9, 3 of 9, 3
    int oneBit = 8 + 9 * (8 + 9) + (8 + 2) + 3 * (8 + 2) + (8 + 1);
    assertThat(ParallelWorker.largestMessage(net, Settings.of(b -> b.workers(4))))
        .isEqualTo(oneBit);
    // 669 values; the second half begins with the first column that starts at 334.5 or later
    int secondHalf = 669 - 5 * 70;
    assertThat(ParallelWorker.largestMessage(net, Settings.of(b -> b.workers(2).exact())))
        .isEqualTo(8 + 4 * Math.max(669 - secondHalf, secondHalf));
  }
}
