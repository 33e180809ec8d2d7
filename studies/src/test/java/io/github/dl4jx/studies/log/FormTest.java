package io.github.dl4jx.studies.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormTest {

  private record Line(String name, boolean noise, int epoch, long seed, double rate, double nll) {}

  private static final Form<Line> FORM =
      Form.of(Line.class, "name", "noise", "epoch", "seed", "rate", "nll %.3f");

  @Test
  void file_everyTypeOfColumn_isWrittenAndReadBack() throws IOException {
    List<Line> lines =
        List.of(
            new Line("a, \"b\"", true, 3, 1L << 40, 0.1, 0.125),
            new Line("c", false, 0, -1, 1e-5, Double.NaN));
    String file = FORM.file(lines);
    assertThat(file)
        .isEqualTo(
            """
            name,noise,epoch,seed,rate,nll
            "a, ""b""\",true,3,1099511627776,0.1,0.125
            c,false,0,-1,1.0E-5,NaN
            """);
    assertThat(FORM.lines(file)).isEqualTo(lines);
    assertThat(FORM.line(lines.get(1))).isEqualTo("c,false,0,-1,1.0E-5,NaN\n");
  }

  @Test
  void lines_columnThatMayLackDoes_isNaN() throws IOException {
    assertThat(FORM.mayLack("rate").lines("name,noise,epoch,seed,nll\na,true,1,2,0.5\n"))
        .containsExactly(new Line("a", true, 1, 2, Double.NaN, 0.5));
  }

  @Test
  void of_otherNumberOfColumns_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Form.of(Line.class, "name"))
        .withMessage("columns must be 6, got [name]");
  }
}
