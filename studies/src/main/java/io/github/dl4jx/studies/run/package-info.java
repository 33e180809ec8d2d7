/** What makes the runs of a study, side by side, and what is trained in most of them. */
@NullMarked
package io.github.dl4jx.studies.run;

import org.jspecify.annotations.NullMarked;
