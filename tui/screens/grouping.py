"""Which articles are on the same news: the analyst merges stories, takes articles out of theirs, and lists one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from marketwatch.domain import Article
from tui.screens.laying import LayingScreen
from tui.screens.marking import ids_of

_MERGE_HINT = "Space selects articles, in the moves and the articles: the stories of two or more become one"
_SPLIT_HINT = "stand on an article, or select some with Space: they leave their story"


class GroupingScreen(LayingScreen):
    """A screen on which stories are corrected, by the same functions of the store as `marketwatch story`."""

    GROUPING: ClassVar[list[BindingType]] = [
        Binding("M", "merge", "Merge stories", show=False, id="story.merge"),
        Binding("P", "split", "Part from story", show=False, id="story.split"),
    ]

    def action_merge(self) -> None:
        """One story of those that what is selected is in."""
        ids = self._chosen()
        if len(ids) < 2:
            self.notify(_MERGE_HINT, markup=False)
        else:
            self._change(lambda: self._store.merge_stories(ids))

    def action_split(self) -> None:
        """What is selected, else what is under the cursor, out of its story."""
        if ids := self._chosen():
            self._change(lambda: self._store.split_story(ids))
        else:
            self.notify(_SPLIT_HINT, markup=False)

    async def action_story(self) -> None:
        """All articles of the story under the cursor, as a filter in the articles' view."""
        if (target := self.target()) is not None:
            self.set_filter(f"story:{story_of(target.article)}")
            await self.action_show_view("articles")

    async def action_show_view(self, name: str) -> None:
        raise NotImplementedError

    def _chosen(self) -> Sequence[int]:
        """Articles that can be seen to be meant: in other views a row stands for more than one."""
        return ids_of(self.targets()) if self.view in ("articles", "moves") else ()


def story_of(article: Article) -> int:
    """The id of the story that an article is in; its own where it is in none yet."""
    return article.story or article.id
