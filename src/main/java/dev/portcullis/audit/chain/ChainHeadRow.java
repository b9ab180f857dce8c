package dev.portcullis.audit.chain;

import dev.portcullis.store.StoreFailure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A head as text: the number of its form, then {@code n hash key}. */
final class ChainHeadRow {
    private static final Pattern FORM = Pattern.compile("1 ([1-9][0-9]{0,15}) ([0-9a-f]{64}) ([0-9a-f]{16})");

    private ChainHeadRow() {}

    static String encode(ChainHead head) {
        return "1 " + head.n() + ' ' + head.hash() + ' ' + head.key();
    }

    static ChainHead decode(String row) {
        Matcher text = FORM.matcher(row);
        if (!text.matches()) {
            throw new StoreFailure("a recorded head of an audit chain can't be read");
        }
        return new ChainHead(Long.parseLong(text.group(1)), text.group(2), text.group(3));
    }
}
