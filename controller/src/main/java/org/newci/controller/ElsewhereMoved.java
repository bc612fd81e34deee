package org.newci.controller;

import java.util.List;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.News;
import org.newci.controller.effect.Watches;
import org.newci.controller.queue.Dispatcher;
import org.newci.controller.show.Bell;
import org.newci.controller.watch.PushWatch;

/** What other controllers tell is passed on to the parts of this one that wait for such. */
record ElsewhereMoved(
    Conductor conductor, Watches watches, PushWatch push, Dispatcher dispatcher, Bell bell)
    implements News.Heard {

  @Override
  public void moved(BuildId build) {
    conductor.movedElsewhere(build);
  }

  @Override
  public void hinted(long project) {
    watches.hint(project);
  }

  @Override
  public void pushed(String url) {
    int _ = push.hintHere(List.of(url));
  }

  @Override
  public void missed() {
    dispatcher.wake();
    bell.ringAll();
  }
}
