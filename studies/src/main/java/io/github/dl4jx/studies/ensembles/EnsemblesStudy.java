package io.github.dl4jx.studies.ensembles;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.log.Run;
import io.github.dl4jx.studies.report.Report;
import io.github.dl4jx.studies.run.StudyRunner;
import java.io.IOException;
import java.util.List;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Every kind of ensemble, of 5 and of 10 members, against one network of the same kind.
 *
 * <p>{@code -Dstudy.runs=N} makes N runs of each; the default is 1. {@code -Dstudy.quick} trains on
 * 5,000 examples.
 */
public final class EnsemblesStudy implements Study {

  @Override
  public void run(Context context) throws IOException {
    int examples = context.quick() ? 5_000 : 60_000;
    int runs = context.runs(1);
    String label = context.label();
    DataSet train = context.train(examples);
    DataSet test = context.test();
    EnsembleTechniques techniques = new EnsembleTechniques();
    String settings = EnsembleTechniques.settings(examples, runs);
    List<Run> all = new StudyRunner(context, techniques.all(), train, test).run(settings, runs);
    Report report =
        new Report("Ensembles on " + label, settings, List.copyOf(techniques.all().keySet()), all);
    report.show(context.folder());
  }
}
