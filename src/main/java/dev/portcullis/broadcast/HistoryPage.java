package dev.portcullis.broadcast;

import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.WireName;
import java.util.List;
import java.util.function.Function;

/**
 * @param messages encoded for delivery, oldest first
 * @param gap entries behind the place asked for are no longer kept: the messages begin with the oldest that is
 */
@WireName("HistoryPage")
public record HistoryPage(String epoch, List<byte[]> messages, boolean more, boolean gap) implements HistoryAnswer {
    @Override
    public <R> R fold(Function<HistoryPage, R> page, Function<Rejection, R> refused) {
        return page.apply(this);
    }
}
