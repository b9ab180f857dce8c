package dev.portcullis.broadcast.server;

import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Backlog;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages for one room or inbox, in their order, complete before the first attempt.
 *
 * @param undelivered how many of these messages may wait in one inbox, so that they can't push out messages of users
 * @param notAfter the time after which none of them must be appended any more
 */
public record ServerBatch(Target to, List<SystemMessage> messages, int undelivered, long notAfter) {
    AppendRequest bounded(AppendRequest entry) {
        return entry.stream().isInbox() ? entry.in(new Backlog(UserId.SYSTEM, undelivered)) : entry;
    }

    ServerBatch ofStored() {
        return new ServerBatch(
                to, messages.stream().filter(SystemMessage::stored).toList(), undelivered, notAfter);
    }

    /** The messages in runs as long as possible: a run has only messages that are stored, or only events that are not. */
    List<List<SystemMessage>> runs() {
        List<List<SystemMessage>> runs = new ArrayList<>();
        int begin = 0;
        for (int i = 1; i <= messages.size(); i++) {
            if (i == messages.size()
                    || messages.get(i).stored() != messages.get(begin).stored()) {
                runs.add(messages.subList(begin, i));
                begin = i;
            }
        }
        return runs;
    }
}
