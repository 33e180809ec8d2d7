package io.github.dl4jx.random.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@SuppressWarnings("UnusedVariable") // the fields are read by reflection
class FieldsTest {

  private static final double[] NO_PLACES = {};

  private static class Base {
    private final double rate;

    Base(double rate) {
      this.rate = rate;
    }
  }

  private static final class Extended extends Base {
    private final String name;
    private final double[] places;
    private transient int counter;

    Extended(double rate, String name, double... places) {
      super(rate);
      this.name = name;
      this.places = places;
    }
  }

  private static void assertApart(Object a, Object b) {
    assertThat(Fields.equal(a, b)).isFalse();
    assertThat(Fields.hash(a)).isNotEqualTo(Fields.hash(b));
  }

  @Test
  void equal_sameSettings_isTrueWhateverIsTransient() {
    Extended a = new Extended(Double.NaN, "x", 1, 2);
    Extended b = new Extended(Double.NaN, "x", 1, 2);
    b.counter = 7;
    assertThat(b.counter).isNotEqualTo(a.counter);
    assertThat(Fields.equal(a, b)).isTrue();
    assertThat(Fields.hash(a)).isEqualTo(Fields.hash(b));
  }

  @Test
  void equal_oneSettingDiffers_isFalse() {
    Extended a = new Extended(0.0, "x", 1, 2);
    assertApart(a, new Extended(-0.0, "x", 1, 2));
    assertApart(a, new Extended(0.0, "y", 1, 2));
    assertApart(a, new Extended(0.0, "x", 1, 3));
  }

  @Test
  void equal_otherClassOrNull_isFalse() {
    Base base = new Base(1);
    assertApart(base, new Base(1) {});
    assertThat(Fields.equal(base, null)).isFalse();
  }

  @Test
  void text_namesEverySetting_inheritedOnesFirst() {
    assertThat(Fields.text(new Base(0.5))).isEqualTo("Base(rate=0.5)");
    assertThat(Fields.text(new Extended(0.5, "x", NO_PLACES)))
        .startsWith("Extended(rate=0.5, name=x, ");
  }
}
