/**
 * What is asked of the public HTTP listener? Makes the server, and bounds and routes its plain requests. Owns the
 * request rates of addresses. What can't be read is refused and logged.
 */
@NullMarked
package dev.portcullis.edge.listener;

import org.jspecify.annotations.NullMarked;
