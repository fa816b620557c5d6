package org.drlput.jobs.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.drlput.server.shard.DurableCapture;
import org.drlput.server.shard.Refusal;
import org.jspecify.annotations.Nullable;

/** Messages under way between the lives of the job and the shards, in no order, and the calls whose answers are not there yet. */
final class Network implements SimulatedShard.Answers {
    /** Whom the answer of a shard goes to. */
    record Call(JobLife life, Message.Kind kind, int shard, long about) {
        static Call open(JobLife life, int shard, long generation) {
            return new Call(life, Message.Kind.OPEN, shard, generation);
        }

        static Call capture(JobLife life, int shard, long checkpoint) {
            return new Call(life, Message.Kind.CAPTURE, shard, checkpoint);
        }
    }

    private final Simulation world;
    private final List<Message> messages = new ArrayList<>();
    private final Map<Long, Call> calls = new TreeMap<>();
    private long callCount;
    private @Nullable Message lastArrived;

    Network(Simulation world) {
        this.world = world;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    void send(Message.Kind kind, JobLife of, Supplier<String> name, Runnable arrives) {
        messages.add(new Message(kind, of, name, arrives));
    }

    long call(Call call) {
        calls.put(++callCount, call);
        return callCount;
    }

    @Override
    public void opened(long call, int shard, long incarnation) {
        Call of = calls.remove(call);
        if (of != null) {
            send(
                    Message.Kind.OPEN,
                    of.life(),
                    () -> "opened %d by %d".formatted(of.about(), shard),
                    () -> of.life().opened(of.about(), shard, incarnation));
        }
    }

    @Override
    public void openRefused(long call, int shard, Refusal refusal) {
        Call of = calls.remove(call);
        if (of != null) {
            boolean forEver = refusal.reason() == Refusal.Reason.INVALID;
            send(
                    Message.Kind.OPEN,
                    of.life(),
                    () -> "not opened %d by %d".formatted(of.about(), shard),
                    () -> of.life().openRefused(of.about(), forEver));
        }
    }

    @Override
    public void captured(long call, int shard, DurableCapture capture) {
        Call of = calls.remove(call);
        if (of != null) {
            of.life().captured(of.about(), shard, capture);
        }
    }

    @Override
    public void declined(long call, int shard, String reason) {
        Call of = calls.remove(call);
        if (of != null) {
            of.life().declined(of.about(), shard, reason);
        }
    }

    void events(List<Event> events) {
        for (Message message : messages) {
            events.add(new Event(message.name(), () -> arrive(message)));
        }
    }

    private void arrive(Message message) {
        messages.remove(message);
        lastArrived = message;
        message.arrives().run();
    }

    void faults(List<Event> faults) {
        Message again = lastArrived;
        if (again != null) {
            world.fault(faults, () -> "twice", () -> messages.add(again.again()));
        }
        for (Message message : messages) {
            world.fault(faults, () -> "lost: " + message.name().get(), () -> lose(message));
        }
    }

    /** Who waits for an answer sees the connection end. */
    void breakCalls(int index) {
        for (Long number : List.copyOf(calls.keySet())) {
            Call call = calls.get(number);
            if (call != null && call.shard() == index) {
                if (call.kind() == Message.Kind.OPEN) {
                    openRefused(number, index, new Refusal(Refusal.Reason.NOT_YET, "the connection ended"));
                } else {
                    declined(number, index, "the connection ended");
                }
            }
        }
    }

    /** Who waits for it sees a deadline pass; nobody waits for messages of a life that is over. */
    private void lose(Message message) {
        messages.remove(message);
        if (message.of() != world.life()) {
            return;
        }
        switch (message.kind()) {
            case OPEN -> message.of().openLost();
            case PUSH -> message.of().callLost = true;
            case CAPTURE -> message.of().questionLost = true;
            case CONFIRM -> {} // covered by the next one
        }
    }
}
