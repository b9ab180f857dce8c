package dev.portcullis.archive.embedded;

import java.io.IOException;
import java.util.Set;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.ConstantScoreScorer;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TwoPhaseIterator;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.FixedBitSet;

/**
 * Documents of many streams. It looks at those alone that match otherwise; the queries of the engine look up each stream in each
 * file first, which takes longer than all the rest.
 */
final class StreamsQuery extends Query {
    private static final float MATCH_COST = 20;

    private final String field;
    private final Set<BytesRef> streams;

    StreamsQuery(String field, Set<BytesRef> streams) {
        this.field = field;
        this.streams = streams;
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost) {
        return new ConstantScoreWeight(this, boost) {
            @Override
            public Scorer scorer(LeafReaderContext context) throws IOException {
                SortedDocValues values = DocValues.getSorted(context.reader(), field);
                return new ConstantScoreScorer(this, score(), mode, new OfStreams(values));
            }

            @Override
            public boolean isCacheable(LeafReaderContext context) {
                return false;
            }
        };
    }

    /** Asks for each stream of a file once. */
    private final class OfStreams extends TwoPhaseIterator {
        private final SortedDocValues values;
        private final FixedBitSet asked;
        private final FixedBitSet meant;

        OfStreams(SortedDocValues values) {
            super(values);
            this.values = values;
            this.asked = new FixedBitSet(values.getValueCount());
            this.meant = new FixedBitSet(values.getValueCount());
        }

        @Override
        public boolean matches() throws IOException {
            int stream = values.ordValue();
            if (!asked.getAndSet(stream) && streams.contains(values.lookupOrd(stream))) {
                meant.set(stream);
            }
            return meant.get(stream);
        }

        @Override
        public float matchCost() {
            return MATCH_COST;
        }
    }

    @Override
    public String toString(String defaultField) {
        return field + " is one of " + streams.size();
    }

    @Override
    public void visit(QueryVisitor visitor) {
        visitor.visitLeaf(this);
    }

    @Override
    public boolean equals(Object other) {
        return sameClassAs(other) && streams.equals(((StreamsQuery) other).streams);
    }

    @Override
    public int hashCode() {
        return classHash() + streams.hashCode();
    }
}
