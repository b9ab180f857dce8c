package dev.portcullis.broadcast.direct;

import dev.portcullis.broadcast.Appender;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.ModeratedAppend;
import dev.portcullis.broadcast.Publication.Amendment;
import dev.portcullis.broadcast.PublishAnswer;
import dev.portcullis.broadcast.PublishPolicy;
import dev.portcullis.broadcast.PublishRequest;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.PairedAppend;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import java.util.List;

/** Appends direct messages: to the recipient's inbox, and to the sender's own. */
public final class InboxAppender implements Appender<UserId> {
    private final StreamStore streams;
    private final FanOut fanOut;
    private final DirectAmender amender;

    /** @param searched how many of the newest entries of an inbox are searched for a message that is amended */
    public InboxAppender(
            StreamStore streams, FanOut fanOut, PublishPolicy policy, int searched, ModeratedAppend moderated) {
        this.streams = streams;
        this.fanOut = fanOut;
        this.amender = new DirectAmender(streams, policy, searched, fanOut, moderated);
    }

    @Override
    public Future<PublishResult> append(PublishRequest request, AppendRequest entry) {
        StreamName own = StreamName.inbox(request.from().userId());
        return append(new PairedAppend(entry, own), new PairedAppend(entry.until(request.notAfter()), own));
    }

    /**
     * Appends to both inboxes. If only the recipient has the message, that is no refusal: the same request with a later
     * {@code notAfter} completes it.
     *
     * @param whole the same append with all the time there is: a message that the recipient has is completed without another
     * question
     */
    private Future<PublishResult> append(PairedAppend pair, PairedAppend whole) {
        return streams.append(pair)
                .compose(result -> result.fold(
                        complete -> {
                            send(complete.stored());
                            return answer(new PublishResult.Acked(complete.messageId(), complete.own()));
                        },
                        sent -> {
                            send(sent.stored());
                            return pair.append().notAfter() < whole.append().notAfter()
                                    ? append(whole, whole)
                                    : answer(new PublishResult.Expired());
                        },
                        refused -> answer(new PublishAnswer(fanOut, pair.append()).to(refused.why()))));
    }

    @Override
    public Future<PublishResult> amend(PublishRequest request, Amendment amendment, UserId in, long now) {
        return amender.amend(request, amendment, in, now);
    }

    private static Future<PublishResult> answer(PublishResult result) {
        return Future.succeededFuture(result);
    }

    private void send(List<StreamEntry> stored) {
        stored.forEach(fanOut::send);
    }
}
