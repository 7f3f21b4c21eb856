package dev.millrace.testkit;

import java.util.function.UnaryOperator;

/** A reply together with the way it is put on the wire. */
record DeliveredReply(Reply reply, Delivery delivery) implements Reply {

  static Reply of(Reply reply, UnaryOperator<Delivery> change) {
    return reply instanceof DeliveredReply(Reply inner, Delivery delivery)
        ? new DeliveredReply(inner, change.apply(delivery))
        : new DeliveredReply(reply, change.apply(Delivery.PLAIN));
  }
}
