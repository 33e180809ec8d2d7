/** Each technique in the setting that it is made for, beside the same network without it. */
@NullMarked
package io.github.dl4jx.studies.pairs;

import org.jspecify.annotations.NullMarked;
