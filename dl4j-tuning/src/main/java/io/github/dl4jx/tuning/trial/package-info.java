/** What has become of each point that a search has tried, as immutable values. */
@NullMarked
package io.github.dl4jx.tuning.trial;

import org.jspecify.annotations.NullMarked;
