package dev.portcullis.app.node.live;

import dev.portcullis.admin.ReloadRefusal;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.Result;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * The steps of a reload on another node, over the bus.
 *
 * @param stage one that the node runs, under which it is asked
 */
record RemoteReload(Bus bus, String node, Stage stage) implements ReloadSteps {
    private static final Question<Step, Answer> OF_EDGES =
            Question.about(Stage.EDGE, "reload", Step.class, Answer.class, Step::id);

    /** The next step. */
    enum Phase {
        PREPARE,
        HOLD,
        APPLY,
        LIFT,
        PAUSE
    }

    record Step(String id, Phase phase) {}

    /**
     * The result of a step.
     *
     * @param plan only of {@link Phase#PREPARE}, as is {@code refusal}
     */
    record Answer(boolean done, Optional<ReloadPlan> plan, Optional<ReloadRefusal> refusal) {
        static Answer of(boolean done) {
            return new Answer(done, Optional.empty(), Optional.empty());
        }

        static Answer of(Result<ReloadPlan, ReloadRefusal> prepared) {
            return prepared.fold(
                    plan -> new Answer(true, Optional.of(plan), Optional.empty()),
                    why -> new Answer(false, Optional.empty(), Optional.of(why)));
        }
    }

    private static Question<Step, Answer> question(Stage stage) {
        return new Question<>(stage, OF_EDGES.name(), Step.class, Answer.class, OF_EDGES.key());
    }

    /** Answers other nodes for this one. */
    static Future<Void> answer(Bus bus, Stage stage, ReloadSteps own) {
        return bus.answer(question(stage), 0, step -> switch (step.phase()) {
            case PREPARE -> own.prepare(step.id()).map(Answer::of);
            case HOLD -> own.hold(step.id()).map(Answer::of);
            case APPLY -> own.apply(step.id()).map(Answer::of);
            case LIFT -> own.lift(step.id()).map(Answer::of);
            case PAUSE -> own.pause(step.id()).map(Answer::of);
        });
    }

    @Override
    public Future<Result<ReloadPlan, ReloadRefusal>> prepare(String id) {
        return ask(id, Phase.PREPARE)
                .map(answer -> answer.plan()
                        .<Result<ReloadPlan, ReloadRefusal>>map(Result::done)
                        .orElseGet(() -> Result.refused(
                                answer.refusal().orElseGet(() -> NodeReload.busy("a reload has no answer")))));
    }

    @Override
    public Future<Boolean> hold(String id) {
        return ask(id, Phase.HOLD).map(Answer::done);
    }

    @Override
    public Future<Boolean> apply(String id) {
        return ask(id, Phase.APPLY).map(Answer::done);
    }

    @Override
    public Future<Boolean> lift(String id) {
        return ask(id, Phase.LIFT).map(Answer::done);
    }

    @Override
    public Future<Boolean> pause(String id) {
        return ask(id, Phase.PAUSE).map(Answer::done);
    }

    private Future<Answer> ask(String id, Phase phase) {
        return bus.askLongAt(question(stage), node, 0, new Step(id, phase));
    }
}
