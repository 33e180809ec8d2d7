package io.github.dl4jx.guard;

import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.training.guard.BroadcastGuard;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Work that makes ND4J add many biases while garbage is collected all the time; the main class of a
 * process that may die of it.
 */
final class Stress {

  /** What is done over and over. */
  enum Work {
    /** {@code addiRowVector} by four threads. */
    BROADCAST {
      @Override
      void run(Clock clock) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> running = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          running.add(
              threads.submit(
                  () -> {
                    INDArray matrix = Nd4j.zeros(DataType.FLOAT, 8, 16);
                    INDArray row = Nd4j.ones(DataType.FLOAT, 16);
                    while (!clock.isOver()) {
                      for (int i = 0; i < 100; i++) {
                        matrix.addiRowVector(row);
                      }
                    }
                  }));
        }
        for (Future<?> thread : running) {
          thread.get();
        }
        threads.shutdown();
      }
    },

    /** {@code fit} of one network by one thread: Deeplearning4j alone. */
    FIT {
      @Override
      void run(Clock clock) {
        MultiLayerNetwork net = new MultiLayerNetwork(configuration());
        net.init();
        while (!clock.isOver()) {
          net.fit(data());
        }
      }
    },

    /** A {@code Bagging} of four members in two threads. */
    BAGGING {
      @Override
      void run(Clock clock) {
        while (!clock.isOver()) {
          Bagging.of(configuration()).members(4).seed(1).parallelism(2).build().fit(data(), 5);
        }
      }
    };

    abstract void run(Clock clock) throws Exception;
  }

  private static final int THREADS = 4;

  @SuppressWarnings("unused")
  private static volatile byte[] litter;

  private Stress() {}

  /**
   * Works until there were so many collections, or it has taken so long.
   *
   * @param args a {@link Work}, {@code guarded} or {@code plain}, collections, seconds
   * @throws Exception if the work fails
   */
  public static void main(String[] args) throws Exception {
    if (args[1].equals("guarded") && !BroadcastGuard.install()) {
      throw new IllegalStateException("no guard");
    }
    litter();
    Clock clock = new Clock(Long.parseLong(args[2]), Long.parseLong(args[3]));
    Work.valueOf(args[0]).run(clock);
    String guard = Proxy.isProxyClass(Nd4j.getExecutioner().getClass()) ? "guarded" : "plain";
    System.out.println(guard + ": " + clock);
  }

  /** Makes garbage all the time: a collection that a working thread causes finds it at work. */
  private static void litter() {
    Thread thread =
        new Thread(
            () -> {
              while (true) {
                litter = new byte[32_000];
                LockSupport.parkNanos(100_000);
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static MultiLayerConfiguration configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Sgd(0.1))
        .activation(Activation.TANH)
        .list()
        .layer(new DenseLayer.Builder().nIn(8).nOut(16).build())
        .layer(new DenseLayer.Builder().nIn(16).nOut(16).build())
        .layer(new DenseLayer.Builder().nIn(16).nOut(16).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(16)
                .nOut(4)
                .activation(Activation.IDENTITY)
                .build())
        .build();
  }

  private static DataSetIterator data() {
    List<DataSet> rows = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      rows.add(
          new DataSet(
              Nd4j.valueArrayOf(new long[] {1, 8}, i / 64.0, DataType.FLOAT),
              Nd4j.valueArrayOf(new long[] {1, 4}, i % 2, DataType.FLOAT)));
    }
    return new ListDataSetIterator<>(rows, 8);
  }

  /** Ends the work. */
  private static final class Clock {

    private final long collections;
    private final long nanos;
    private final long start = System.nanoTime();
    private final List<GarbageCollectorMXBean> collectors =
        ManagementFactory.getGarbageCollectorMXBeans();

    Clock(long collections, long seconds) {
      this.collections = collections;
      this.nanos = seconds * 1_000_000_000;
    }

    boolean isOver() {
      return collected() >= collections || System.nanoTime() - start >= nanos;
    }

    private long collected() {
      return collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionCount).sum();
    }

    @Override
    public String toString() {
      return collected() + " collections in " + (System.nanoTime() - start) / 1_000_000 + " ms";
    }
  }
}
