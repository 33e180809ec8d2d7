package io.github.dl4jx.studies.report;

import io.github.dl4jx.training.chart.Picture;
import java.util.Optional;

/** What a study has found, for the page of all studies and for the documentation. */
public interface Summarized {

  /** Adds tables and charts to a page. */
  void addTo(Page page);

  /** The tables as Markdown, without title and settings. */
  String markdown();

  /** The picture that the documentation has of it; none unless a study overrides this. */
  default Optional<Picture> picture() {
    return Optional.empty();
  }
}
