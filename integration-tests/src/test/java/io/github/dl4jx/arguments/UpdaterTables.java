package io.github.dl4jx.arguments;

import io.github.dl4jx.contract.ContractUpdaters;
import io.github.dl4jx.training.averaging.AveragedEpochListener;
import io.github.dl4jx.training.averaging.AveragedModelSaver;
import io.github.dl4jx.training.averaging.AveragedScoreCalculator;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.training.listener.AdaptiveGradientClipping;
import io.github.dl4jx.training.listener.GlobalNormClipping;
import io.github.dl4jx.training.listener.LearningCurves;
import io.github.dl4jx.training.listener.ReproducibleTraining;
import io.github.dl4jx.training.network.AtomicFiles;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.parallel.DataParallelBuilder;
import io.github.dl4jx.training.parallel.DataParallelSettings;
import io.github.dl4jx.training.parallel.OneBitDataParallel;
import io.github.dl4jx.training.parallel.OneBitGradientsAccumulator;
import io.github.dl4jx.training.parallel.ParallelWorker;
import io.github.dl4jx.training.parallel.Residuals;
import io.github.dl4jx.training.parallel.WorkerLink;
import io.github.dl4jx.training.resume.ListenerState;
import io.github.dl4jx.training.resume.ResumableCheckpoints;
import io.github.dl4jx.training.resume.ResumableIterator;
import io.github.dl4jx.training.resume.SavedTraining;
import io.github.dl4jx.training.resume.Training;
import io.github.dl4jx.updaters.AdEMAMix;
import io.github.dl4jx.updaters.AdaBelief;
import io.github.dl4jx.updaters.Adan;
import io.github.dl4jx.updaters.Lion;
import io.github.dl4jx.updaters.Sghmc;
import io.github.dl4jx.updaters.Sgld;
import io.github.dl4jx.updaters.schedule.CosineAnnealingSchedule;
import io.github.dl4jx.updaters.schedule.InversePowerSchedule;
import io.github.dl4jx.updaters.schedule.LinearWarmupSchedule;
import io.github.dl4jx.updaters.schedule.TriangularSchedule;
import io.github.dl4jx.updaters.wrapper.GradientClipping;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.Lookahead;
import io.github.dl4jx.updaters.wrapper.OneBitGradient;
import io.github.dl4jx.updaters.wrapper.OneBitQuantizer;
import io.github.dl4jx.updaters.wrapper.SkipNonFinite;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.deeplearning4j.datasets.iterator.utilty.SingletonMultiDataSetIterator;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.deeplearning4j.optimize.stepfunctions.NegativeGradientStepFunction;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ScheduleType;

/** Good values and objects of dl4j-updaters. */
final class UpdaterTables {

  private UpdaterTables() {}

  static void add(Good good) {
    updaters(good);
    schedules(good);
    averaging(good);
    listeners(good);
    network(good);
    resume(good);
    parallel(good);
    FileTables.add(good);
  }

  private static void updaters(Good good) {
    ContractUpdaters.oneOfEachClass().forEach(updater -> updater(good, updater));
    good.instance("AdEMAMix.Builder", world -> AdEMAMix.of(0.1))
        .instance("AdaBelief.Builder", world -> AdaBelief.of(0.1))
        .instance("Adan.Builder", world -> Adan.of(0.1))
        .instance("Lion.Builder", world -> Lion.of(0.1))
        .instance("Sghmc.Builder", world -> Sghmc.of(0.1, 10))
        .instance("Sgld.Builder", world -> Sgld.of(0.1, 10))
        .instance("GradientClipping.Choice", world -> GradientClipping.around(new Sgd(0.1)))
        .instance("GradientNoise.Builder", world -> GradientNoise.around(new Sgd(0.1)))
        .instance("Lookahead.Builder", world -> Lookahead.around(new Sgd(0.1)))
        .instance("OneBitGradient.Builder", world -> OneBitGradient.around(new Sgd(0.1)))
        .instance(
            "OneBitQuantizer",
            world -> new OneBitQuantizer(OneBitGradient.Reconstruction.HALF_MEANS))
        .value("SkippedSteps#of:network", world -> skipping())
        .value("Kind", world -> GradientClipping.Kind.NORM)
        .value("GradientClipping.Kind#valueOf:name", world -> "NORM")
        .value("OneBitGradient.Reconstruction#valueOf:name", world -> "HALF_MEANS")
        .value("Reconstruction", world -> OneBitGradient.Reconstruction.HALF_MEANS)
        .value("OneBitQuantizer#quantize:gradient", world -> new float[4])
        .value("OneBitQuantizer#quantize:residual", world -> new float[4])
        .value("float[]:values", world -> new float[4])
        .value("#setLrAndSchedule:lrSchedule", world -> null);
  }

  /** An updater to call methods of, and its state for four parameters, flat and by name. */
  private static void updater(Good good, IUpdater updater) {
    String name = updater.getClass().getSimpleName();
    long size = updater.stateSize(4);
    good.instance(name, world -> updater.clone())
        .value(name + "#instantiate:viewArray", world -> state(size))
        .value(name + "#instantiate:updaterState", world -> namedState(updater, size));
  }

  private static Map<String, INDArray> namedState(IUpdater updater, long size) {
    GradientUpdater<?> running = updater.instantiate(state(size), true);
    return new HashMap<>(running.getState());
  }

  private static @Nullable INDArray state(long size) {
    return size == 0 ? null : Nd4j.create(DataType.FLOAT, size);
  }

  private static MultiLayerNetwork skipping() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(SkipNonFinite.around(new Sgd(0.1), 3))
                .list()
                .layer(new OutputLayer.Builder().nIn(2).nOut(2).build())
                .build());
    network.init();
    return network;
  }

  private static void schedules(Good good) {
    good.instance(
            "CosineAnnealingSchedule",
            world -> CosineAnnealingSchedule.withRestarts(ScheduleType.ITERATION, 0.5, 0, 10, 2))
        .instance(
            "InversePowerSchedule",
            world -> new InversePowerSchedule(ScheduleType.ITERATION, 1, 1, 0.5))
        .instance("LinearWarmupSchedule", world -> new LinearWarmupSchedule(5, 0.1))
        .instance(
            "TriangularSchedule",
            world -> new TriangularSchedule(ScheduleType.ITERATION, 1, 0.1, 4, 0))
        .value("double:minimum", world -> 0.1)
        .value("double:low", world -> 0.1)
        .value("TriangularSchedule:length", world -> 4);
  }

  private static void averaging(Good good) {
    good.value("WeightAveragingListener", World::average)
        .instance("EmaBuilder", world -> WeightAveragingListener.ema(0.9))
        .instance("AveragingBuilder", world -> WeightAveragingListener.swa(0))
        .instance("WeightAveragingListener", World::average)
        .instance("WeightAveragingListener#averagedNetwork(ComputationGraph)", World::graphAverage)
        .value("WeightAveragingListener#restore:state", world -> world.average().state())
        .value("WeightAveragingListener#check:state", world -> world.average().state())
        .instance(
            "AveragedEpochListener",
            world -> new AveragedEpochListener(world.average(), new ScoreIterationListener()))
        .instance(
            "AveragedModelSaver",
            world ->
                new AveragedModelSaver<MultiLayerNetwork>(
                    world.average(), new InMemoryModelSaver<>()))
        .instance(
            "AveragedScoreCalculator",
            world ->
                new AveragedScoreCalculator<MultiLayerNetwork>(
                    world.average(), new DataSetLossCalculator(World.data(), true)))
        .value("TrainingListener", world -> new ScoreIterationListener())
        .value("EarlyStoppingModelSaver", world -> new InMemoryModelSaver<>())
        .value("ScoreCalculator", world -> new DataSetLossCalculator(World.data(), true))
        .value(
            "BatchNormStatistics#refresh(MultiLayerNetwork, DataSetIterator):network",
            World::normalizedNetwork);
  }

  private static void listeners(Good good) {
    good.instance("AdaptiveGradientClipping.Builder", world -> AdaptiveGradientClipping.builder())
        .instance("AdaptiveGradientClipping", world -> AdaptiveGradientClipping.builder().build())
        .instance("GlobalNormClipping", world -> new GlobalNormClipping(1))
        .instance("LearningCurves", UpdaterTables::curves)
        .instance("ReproducibleTraining", world -> new ReproducibleTraining(1))
        .value("#onGradientCalculation:model", UpdaterTables::withGradient);
  }

  private static MultiLayerNetwork withGradient(World world) {
    MultiLayerNetwork network = world.network();
    network.setInput(World.features());
    network.setLabels(World.labels());
    network.computeGradientAndScore();
    return network;
  }

  private static void network(Good good) {
    good.instance("Network", world -> Network.of(world.network()))
        .value("Network", world -> Network.of(world.normalizedNetwork()))
        .value("Network#view:parameters", world -> world.network().params().dup())
        .value("Network#initialized:name", world -> "a name")
        .value("Network#setCounts:iteration", world -> 1)
        .value("Network#setCounts:epoch", world -> 1)
        .value("Network#setListeners:listeners", world -> List.of(new GlobalNormClipping(1)))
        .value("Function", world -> (Function<Model, Model>) model -> model)
        .value("Consumer", world -> (Consumer<Model>) model -> {})
        .value("NetworkCalls#checkInputs:inputs", world -> 1)
        .value("NetworkCalls:featuresMask", world -> null)
        .value("NetworkCalls:featuresMasks", world -> null);
  }

  private static void resume(Good good) {
    good.value("Content", world -> (AtomicFiles.Content) out -> {})
        .value("ListenerState", world -> new ListenerState("kind", Map.of(), List.of()))
        .value("ListenerState#new:arrays", world -> List.of(World.features().ravel()))
        .instance("ResumableCheckpoints.Builder", world -> ResumableCheckpoints.in(world.folder()))
        .instance(
            "ResumableCheckpoints",
            world -> {
              ResumableCheckpoints checkpoints =
                  ResumableCheckpoints.in(world.folder()).everyIterations(1).build();
              world.network().setListeners(checkpoints);
              return checkpoints;
            })
        .value(
            "ResumableCheckpoints",
            world -> ResumableCheckpoints.in(world.folder()).everyEpochs(1).build())
        .instance("ResumableIterator", world -> new ResumableIterator(World.examples(), 4, 1))
        .value("DataSetPreProcessor", world -> new ImagePreProcessingScaler())
        .instance("SavedTraining", UpdaterTables::saved)
        .value("Class", world -> MultiLayerNetwork.class);
  }

  private static SavedTraining saved(World world) {
    Training.fit(world.network(), World.data(), 1, world.folder());
    return ResumableCheckpoints.resume(world.folder()).orElseThrow();
  }

  private static void parallel(Good good) {
    good.instance("OneBitDataParallel.Builder", world -> OneBitDataParallel.of(world.network()))
        .instance("OneBitDataParallel", world -> OneBitDataParallel.of(world.network()).build())
        .instance(
            "OneBitDataParallel#fit(MultiDataSetIterator, int)",
            world -> OneBitDataParallel.of(world.graph()).build())
        .value("TrainingListener[]", world -> new TrainingListener[] {new ScoreIterationListener()})
        .value(
            "MultiDataSetIterator",
            world -> new SingletonMultiDataSetIterator(World.examples().toMultiDataSet()))
        .instance(
            "OneBitGradientsAccumulator",
            world -> OneBitGradientsAccumulator.of(world.network(), 2))
        .value("OneBitGradientsAccumulator:function", world -> new NegativeGradientStepFunction())
        .value("StepFunction", world -> new NegativeGradientStepFunction())
        .value("IndexedTail", world -> null)
        .value("DataParallelSettings", world -> new Alone().workers(1).settingsNow())
        .value("WorkerLink", world -> new NoOthers())
        .value("float[][]", world -> new float[][] {new float[(int) world.network().numParams()]})
        .instance(
            "ParallelWorker",
            world ->
                new ParallelWorker(
                    world.network(), new Alone().workers(1).settingsNow(), new NoOthers(), null))
        .instance("DataParallelSettings", world -> new Alone().workers(1).settingsNow())
        .instance("DataParallelBuilder", world -> new Alone())
        .value("Residuals#ofWorker:worker", world -> 0)
        .value("Residuals#setWorker:worker", world -> 0)
        .value("Residuals#check:state", world -> residuals(world).state())
        .value("Residuals#restore:state", world -> residuals(world).state())
        .instance("Residuals", UpdaterTables::residuals);
  }

  private static Residuals residuals(World world) {
    return Residuals.of(world.network(), new Alone().workers(1).settingsNow());
  }

  /** Settings of a training with one worker. */
  private static final class Alone extends DataParallelBuilder<Alone> {
    @Override
    protected Alone self() {
      return this;
    }

    DataParallelSettings settingsNow() {
      return settings();
    }
  }

  /** The link of a worker that is alone. */
  private static final class NoOthers implements WorkerLink {
    @Override
    public int index() {
      return 0;
    }

    @Override
    public int workers() {
      return 1;
    }

    @Override
    public void send(int to, ByteBuffer message) {
      throw new IllegalArgumentException("there is no worker " + to);
    }

    @Override
    public ByteBuffer receive(int from) {
      throw new IllegalArgumentException("there is no worker " + from);
    }
  }

  private static LearningCurves curves(World world) {
    LearningCurves curves = LearningCurves.of("loss");
    MultiLayerNetwork network = world.network();
    network.setListeners(curves.run("one"));
    network.fit(World.data(), 1);
    return curves;
  }
}
