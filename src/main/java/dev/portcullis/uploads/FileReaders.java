package dev.portcullis.uploads;

import dev.portcullis.protocol.Target;
import io.vertx.core.Future;

/**
 * The question whether the user who calls may read in a room or in a conversation of theirs, asked again with each download.
 * The caller brings it.
 */
@FunctionalInterface
public interface FileReaders {
    Future<Boolean> mayRead(Target target);
}
