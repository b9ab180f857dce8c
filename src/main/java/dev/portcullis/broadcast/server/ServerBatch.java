package dev.portcullis.broadcast.server;

import dev.portcullis.streams.StreamName;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages for one room or inbox, in their order, complete before the first attempt.
 *
 * @param undelivered how many of these messages may wait in one inbox, so that they can't push out messages of users
 * @param notAfter the time after which none of them must be appended any more
 */
public record ServerBatch(StreamName to, List<SystemMessage> messages, int undelivered, long notAfter) {
    /** The same batch without the events that are not stored. */
    ServerBatch ofStored() {
        return new ServerBatch(
                to, messages.stream().filter(SystemMessage::isStored).toList(), undelivered, notAfter);
    }

    /** The messages in runs as long as possible: a run has only messages that are stored, or only events that are not. */
    List<List<SystemMessage>> runs() {
        List<List<SystemMessage>> runs = new ArrayList<>();
        int begin = 0;
        for (int i = 1; i <= messages.size(); i++) {
            if (i == messages.size()
                    || messages.get(i).isStored() != messages.get(begin).isStored()) {
                runs.add(messages.subList(begin, i));
                begin = i;
            }
        }
        return runs;
    }
}
