package dev.portcullis.archive.embedded;

import java.util.Collections;
import java.util.Iterator;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** Gives an index the terms of a text as they are: how a text is cut into words is said elsewhere. */
final class TermStream extends TokenStream {
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
    private Iterator<String> left = Collections.emptyIterator();

    TermStream of(Iterable<String> terms) {
        left = terms.iterator();
        return this;
    }

    @Override
    public boolean incrementToken() {
        clearAttributes();
        if (!left.hasNext()) {
            return false;
        }
        term.append(left.next());
        return true;
    }
}
