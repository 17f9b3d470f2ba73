"""Stories merged and parted on the dashboard, by the keys, by `:` and back by u."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from marketwatch.config import Config
from marketwatch.query import Query
from store import Store
from tui.app import MarketwatchApp
from tui.screens.help import help_text
from tui.views.articles import ArticlesView
from tui.widgets.article_preview import ArticlePreview

from builders import telling  # isort: skip
from screens import press, running, screen_text, settle, toasts  # isort: skip


@pytest.fixture
def news(store: Store) -> Store:
    """Newest first: three stories, that of shops with two articles."""
    store.save([telling("shops1", "shops", day="2017-01-11"), telling("shops2", "shops", day="2017-01-12")])
    store.save([telling("cars", "cars", day="2017-01-13"), telling("chips", "chips", day="2017-01-14")])
    return store


def stories(store: Store) -> set[frozenset[str]]:
    return {frozenset(a.title.removeprefix("Title ") for a in story.articles) for story in store.stories(Query())}


def listed(app: MarketwatchApp) -> list[str]:
    return [article.title.removeprefix("Title ") for article in app.dashboard.query_one(ArticlesView).list.rows]


APART = {frozenset({"shops1", "shops2"}), frozenset({"cars"}), frozenset({"chips"})}


async def test_m_merges_the_stories_of_what_is_selected_and_u_parts_them(config: Config, news: Store) -> None:
    async with running(config, news) as (app, pilot):
        await press(app, pilot, "3")
        await press(app, pilot, "space", "j", "j", "space")
        assert listed(app) == ["chips", "cars", "shops2", "shops1"]
        await press(app, pilot, "M")
        assert "merge 2 stories (3 articles) · u takes it back" in toasts(app)
        assert stories(news) == {frozenset({"chips", "shops1", "shops2"}), frozenset({"cars"})}
        assert "story 1: 3 articles · 1 outlet (en), 1 origin" in app.dashboard.query_one(ArticlePreview).text.plain
        await press(app, pilot, "u")
        assert "taken back: merge 2 stories (3 articles)" in toasts(app)
        assert stories(news) == APART
        await press(app, pilot, "U")
        assert stories(news) == {frozenset({"chips", "shops1", "shops2"}), frozenset({"cars"})}


async def test_p_parts_the_article_under_the_cursor_from_its_story(config: Config, news: Store) -> None:
    async with running(config, news) as (app, pilot):
        await press(app, pilot, "3")
        await press(app, pilot, "G")
        assert "story 1: 2 articles" in screen_text(app)
        await press(app, pilot, "P")
        assert "split 1 article off · u takes it back" in toasts(app)
        assert stories(news) == {frozenset({name}) for name in ("shops1", "shops2", "cars", "chips")}
        assert "story 1: 2 articles" not in screen_text(app)
        await press(app, pilot, "u")
        assert stories(news) == APART


async def test_merge_split_and_story_are_commands(config: Config, news: Store) -> None:
    async with running(config, news) as (app, pilot):

        async def say(line: str) -> None:
            await pilot.press("colon")
            app.screen.query_one(Input).value = line
            await pilot.press("enter")
            await settle(app, pilot)

        await press(app, pilot, "3")
        await press(app, pilot, "ctrl+a")
        await say("merge")
        assert "merge 3 stories (4 articles)" in toasts(app)
        await press(app, pilot, "escape", "g")
        await say("split")
        assert stories(news) == {frozenset({"shops1", "shops2", "cars"}), frozenset({"chips"})}
        await press(app, pilot, "j")
        await say("story")
        assert listed(app) == ["cars", "shops2", "shops1"]


async def test_what_cannot_be_meant_changes_nothing_and_says_how(config: Config, news: Store) -> None:
    async with running(config, news) as (app, pilot):
        await press(app, pilot, "3")
        await press(app, pilot, "M")
        assert "Space selects articles" in toasts(app)
        await press(app, pilot, "P")
        assert "nothing to change" in toasts(app)
        await press(app, pilot, "4")
        await press(app, pilot, "P")
        assert "they leave their story" in toasts(app)
        assert stories(news) == APART
        assert news.undo() is None
        assert {"story.merge", "story.split"} <= app.binding_ids().keys()
        assert "merge the stories of what is selected" in help_text({}).plain
