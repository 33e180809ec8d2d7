package io.github.dl4jx.benchmarks.arbiter;

import io.github.dl4jx.training.resume.ResumableIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.deeplearning4j.arbiter.optimize.api.AbstractParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.TaskCreator;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.saving.InMemoryResultSaver;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.distribution.LogUniformDistribution;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Arbiter's random search. Its parts for Deeplearning4j's networks do not fit this version's, so
 * the tasks train by themselves, as little as can be; what they do not do (saving, status pages) is
 * in Arbiter's favour.
 */
@SuppressWarnings("deprecation") // of Arbiter, all of it
final class ArbiterSearch {

  private ArbiterSearch() {}

  /**
   * Searches.
   *
   * @param firstRate learning rate of the first candidate, whatever was drawn; 0 for what was drawn
   * @return what Arbiter says is the best score
   */
  static double best(int candidates, int epochs, long seed, double firstRate) {
    RandomSearchGenerator generator = new RandomSearchGenerator(new Settings());
    generator.setRngSeed(seed);
    OptimizationConfiguration configuration =
        new OptimizationConfiguration.Builder()
            .candidateGenerator(generator)
            .dataSource(NoSource.class, new Properties())
            .modelSaver(new InMemoryResultSaver())
            .scoreFunction(new Loss())
            .terminationConditions(new MaxCandidatesCondition(candidates))
            .build();
    IOptimizationRunner runner =
        new LocalOptimizationRunner(1, configuration, new Trainings(epochs, seed, firstRate));
    runner.execute();
    return runner.bestScore();
  }

  /** Four real numbers. */
  private static final class Settings extends AbstractParameterSpace<double[]> {

    private static final long serialVersionUID = 1;

    private final ContinuousParameterSpace rate = logarithmic(Problem.RATE);
    private final ContinuousParameterSpace l2 = logarithmic(Problem.L2);
    private final ContinuousParameterSpace deviation = logarithmic(Problem.DEVIATION);
    private final ContinuousParameterSpace momentum =
        new ContinuousParameterSpace(Problem.MOMENTUM[0], Problem.MOMENTUM[1]);

    private static ContinuousParameterSpace logarithmic(double[] range) {
      return new ContinuousParameterSpace(new LogUniformDistribution(range[0], range[1]));
    }

    @Override
    public double[] getValue(double[] values) {
      return new double[] {
        rate.getValue(values),
        l2.getValue(values),
        deviation.getValue(values),
        momentum.getValue(values)
      };
    }

    @Override
    public int numParameters() {
      return 4;
    }

    @Override
    @SuppressWarnings("rawtypes") // Arbiter's
    public List<ParameterSpace> collectLeaves() {
      return new ArrayList<>(List.of(rate, l2, deviation, momentum));
    }

    @Override
    public boolean isLeaf() {
      return false;
    }

    @Override
    public void setIndices(int... indices) {
      throw new UnsupportedOperationException("the leaves have them");
    }
  }

  /** Trains as ours does. */
  @SuppressWarnings("rawtypes") // Arbiter's
  private record Trainings(int epochs, long seed, double firstRate) implements TaskCreator {

    private Callable<OptimizationResult> training(Candidate candidate) {
      return () -> {
        double[] values = (double[]) candidate.getValue();
        int index = candidate.getIndex();
        double rate = index == 0 && firstRate > 0 ? firstRate : values[0];
        long own = 1000 * seed + index;
        MultiLayerNetwork net =
            new MultiLayerNetwork(
                Problem.configuration(rate, values[1], values[2], values[3], own));
        net.init();
        net.fit(new ResumableIterator(Problem.TRAIN, Problem.BATCH, own).reusingBatches(), epochs);
        double loss = Problem.loss(net);
        net.close();
        CandidateInfo done =
            new CandidateInfo(
                index,
                CandidateStatus.Complete,
                loss,
                0,
                0L,
                0L,
                candidate.getFlatParameters(),
                null);
        return new OptimizationResult(candidate, loss, index, null, done, null);
      };
    }

    @Override
    public Callable<OptimizationResult> create(
        Candidate candidate,
        DataProvider data,
        ScoreFunction function,
        List<StatusListener> listeners,
        IOptimizationRunner runner) {
      return training(candidate);
    }

    @Override
    public Callable<OptimizationResult> create(
        Candidate candidate,
        Class<? extends DataSource> data,
        Properties properties,
        ScoreFunction function,
        List<StatusListener> listeners,
        IOptimizationRunner runner) {
      return training(candidate);
    }
  }

  /** Arbiter wants one; the data are the problem's. */
  public static final class NoSource implements DataSource {

    private static final long serialVersionUID = 1;

    /** Made by Arbiter. */
    public NoSource() {}

    @Override
    public void configure(Properties properties) {}

    @Override
    public Object trainData() {
      return Problem.TRAIN;
    }

    @Override
    public Object testData() {
      return Problem.VALIDATION;
    }

    @Override
    public Class<?> getDataType() {
      return DataSet.class;
    }
  }

  /** The direction. */
  private static final class Loss implements ScoreFunction {

    private static final long serialVersionUID = 1;

    @Override
    public double score(Object model, DataProvider data, Map<String, Object> parameters) {
      return Problem.loss((MultiLayerNetwork) model);
    }

    @Override
    public double score(Object model, Class<? extends DataSource> data, Properties properties) {
      return Problem.loss((MultiLayerNetwork) model);
    }

    @Override
    public boolean minimize() {
      return true;
    }

    @Override
    public List<Class<?>> getSupportedModelTypes() {
      return List.of(MultiLayerNetwork.class);
    }

    @Override
    public List<Class<?>> getSupportedDataTypes() {
      return List.of(DataSet.class);
    }
  }
}
