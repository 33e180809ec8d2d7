package io.github.dl4jx.studies;

import io.github.dl4jx.mnist.Mnist;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Every kind of ensemble, of 5 and of 10 members, against one network of the same kind.
 *
 * <p>{@code -Dstudy.runs=N} makes N runs of each; the default is 1. {@code -Dstudy.quick} trains on
 * 5,000 examples.
 */
final class EnsemblesStudy implements Studies.Study {

  @Override
  public void run(Path folder) throws IOException {
    int examples = Boolean.getBoolean("study.quick") ? 5_000 : 60_000;
    int runs = Studies.runs(1);
    String label = Mnist.install().label();
    DataSet train = MnistNetwork.load(examples, true);
    DataSet test = MnistNetwork.load(10_000, false);
    EnsembleTechniques techniques = new EnsembleTechniques();
    String settings = EnsembleTechniques.settings(examples, runs);
    List<Run> all =
        new StudyRunner(label, techniques.all(), train, test).run(folder, settings, runs);
    Report report =
        new Report("Ensembles on " + label, settings, List.copyOf(techniques.all().keySet()), all);
    System.out.println(report.table());
    System.out.println(report.write(folder));
  }
}
