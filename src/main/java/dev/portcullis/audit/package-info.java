/**
 * What happened, provably? Names every event, writes log lines that nobody outside can forge or fill with secrets, and
 * counts. Owns the windows in which repeated refusals are gathered, and the node's meters. A line or a count that is
 * lost stops nothing else.
 */
@NullMarked
package dev.portcullis.audit;

import org.jspecify.annotations.NullMarked;
