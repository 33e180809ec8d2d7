package io.github.dl4jx.arguments;

import io.github.dl4jx.training.jobs.Execution;
import io.github.dl4jx.training.jobs.Job;
import io.github.dl4jx.training.jobs.Jobs;
import io.github.dl4jx.training.jobs.KeptResults;
import io.github.dl4jx.training.jobs.Packed;
import io.github.dl4jx.training.jobs.ResultFormat;
import io.github.dl4jx.training.jobs.Task;
import java.nio.charset.StandardCharsets;

/** Good values and objects of independent jobs. */
final class JobTables {

  private JobTables() {}

  static void add(Good good) {
    good.value("Job", world -> new Lengths())
        .value("Session", world -> Execution.threads(1).open(new Lengths()))
        .value("KeptResults", world -> KeptResults.none())
        .value("Progress", world -> (Jobs.Progress<?>) (index, finished, result) -> {})
        .value("Execution", world -> Execution.threads(1))
        .value("ResultFormat", world -> new Text())
        .value("KeptResults#in:unit", world -> "text")
        .instance("KeptResults", world -> KeptResults.none());
  }

  private static final class Text implements ResultFormat<String> {
    private static final long serialVersionUID = 1;

    @Override
    public String extension() {
      return "txt";
    }

    @Override
    public byte[] write(String result) {
      return result.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String read(byte[] bytes, String name) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static final class Lengths implements Job<String, String> {
    @Override
    public String name() {
      return "lengths";
    }

    @Override
    public String unit() {
      return "length";
    }

    @Override
    public int size() {
      return 2;
    }

    @Override
    public Task<String, String> task(int index) {
      return shared -> shared + index;
    }

    @Override
    public String shared() {
      return "text";
    }

    @Override
    public Packed<String> packed() {
      return this::shared;
    }

    @Override
    public ResultFormat<String> format() {
      return new Text();
    }
  }
}
