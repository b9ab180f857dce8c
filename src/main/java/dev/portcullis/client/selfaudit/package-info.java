/**
 * Does a server that is open to the network keep what it should? Attacks the operator's own server politely and says what it saw:
 * the probe as a row, its outcome, the report over all of them and its three forms, and the run that goes through the rows. Owns
 * the results of one run. What can't be told is reported as not checked, with the reason, and never as a success.
 */
@NullMarked
package dev.portcullis.client.selfaudit;

import org.jspecify.annotations.NullMarked;
