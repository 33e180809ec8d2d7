/** Running a search: who asks for points and tells their scores. */
@NullMarked
package io.github.dl4jx.tuning.run;

import org.jspecify.annotations.NullMarked;
