package dev.portcullis.cluster.history;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A way to spoil a good history.
 *
 * @param planting spoils it; false if it has no place where that can be done
 * @param names what the checker may call it
 */
record PlantedFault(String name, Predicate<Draft> planting, List<Fault> names) {
    private PlantedFault(String name, Predicate<Draft> planting, Fault... names) {
        this(name, planting, List.of(names));
    }

    static final PlantedFault DUPLICATE =
            new PlantedFault("duplicate delivery", SpoiledDeliveries::duplicate, Fault.DUPLICATE);

    static List<PlantedFault> all() {
        return Stream.concat(ofAnyStore().stream(), ofKeptPlaces().stream()).toList();
    }

    /** Those that are faults whatever a store forgets. */
    static List<PlantedFault> ofAnyStore() {
        return List.of(
                new PlantedFault("dropped delivery", SpoiledDeliveries::drop, Fault.HOLE, Fault.NEVER_DELIVERED),
                DUPLICATE,
                new PlantedFault("swapped deliveries", SpoiledDeliveries::swap, Fault.HOLE, Fault.OUT_OF_ORDER),
                new PlantedFault(
                        "an order of one's own",
                        SpoiledDeliveries::reorder,
                        Fault.TWO_MESSAGES_AT_ONE_PLACE,
                        Fault.ONE_MESSAGE_AT_TWO_PLACES),
                new PlantedFault("wrong content", SpoiledDeliveries::misquote, Fault.OTHER_CONTENT, Fault.PHANTOM),
                new PlantedFault("wrong author", SpoiledDeliveries::misattribute, Fault.OTHER_CONTENT, Fault.PHANTOM),
                new PlantedFault("unsent message", SpoiledDeliveries::invent, Fault.PHANTOM),
                new PlantedFault("delivery to a stranger", SpoiledDeliveries::tellStranger, Fault.NOT_A_MEMBER),
                new PlantedFault("hole in a resume", SpoiledDeliveries::holeInResume, Fault.HOLE),
                new PlantedFault("hole in the history", SpoiledDeliveries::holeInHistory, Fault.HOLE),
                new PlantedFault("silent loss of a place", SpoiledDeliveries::hideLoss, Fault.HOLE),
                new PlantedFault("second answer", SpoiledAnswers::answerTwice, Fault.ANSWER_TOO_MANY));
    }

    /** Those whose planting takes each number of a room for one place. */
    private static List<PlantedFault> ofKeptPlaces() {
        return List.of(
                new PlantedFault("late after removal", SpoiledDeliveries::tellRemoved, Fault.AFTER_REMOVAL),
                new PlantedFault("lost acknowledged message", SpoiledAnswers::lose, Fault.HOLE, Fault.NEVER_DELIVERED),
                new PlantedFault(
                        "ack of another place",
                        SpoiledAnswers::misplace,
                        Fault.ONE_MESSAGE_AT_TWO_PLACES,
                        Fault.TWO_MESSAGES_AT_ONE_PLACE),
                new PlantedFault("double effect", SpoiledAnswers::doTwice, Fault.TWICE_DONE),
                new PlantedFault("another ack for a repeat", SpoiledAnswers::ackTwice, Fault.TWICE_DONE),
                new PlantedFault("ack for another body", SpoiledAnswers::ackOther, Fault.OTHER_CONTENT),
                new PlantedFault("refused but there", SpoiledAnswers::refuse, Fault.REFUSED_BUT_DONE),
                new PlantedFault("accepted after removal", SpoiledAnswers::acceptRemoved, Fault.AFTER_REMOVAL),
                new PlantedFault("a sender's order turned", SpoiledAnswers::turnOrder, Fault.BEFORE_ITS_CAUSE),
                new PlantedFault("dead epoch", SpoiledAnswers::reviveEpoch, Fault.EPOCH_CAME_BACK));
    }

    /** Those for which a store has to forget. */
    static List<PlantedFault> ofLosses() {
        return List.of(
                new PlantedFault("resume over a loss", SpoiledDeliveries::resumeOverLoss, Fault.HOLE),
                new PlantedFault(
                        "loss nobody was told of",
                        SpoiledDeliveries::silentLoss,
                        Fault.HOLE,
                        Fault.OUT_OF_ORDER,
                        Fault.DUPLICATE,
                        Fault.NEVER_DELIVERED),
                new PlantedFault(
                        "number given again in its epoch", SpoiledAnswers::giveAgain, Fault.TWO_MESSAGES_AT_ONE_PLACE));
    }

    boolean plant(Draft draft) {
        return planting.test(draft);
    }

    boolean isFoundIn(Judgement judgement) {
        return judgement.findings().stream().map(Finding::fault).anyMatch(names::contains);
    }

    @Override
    public String toString() {
        return name;
    }
}
