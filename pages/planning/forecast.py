"""How much work is coming?"""

import streamlit as st

from pages.ui import blocks, filters, forecast, forecast_frames, view
from pages.ui import forecast_words as words

selection = filters.current()
view.head(selection, "How much work is coming?", due=False)
found = forecast.measured(selection)
if isinstance(found, str):
    st.info(blocks.text(found), icon=":material/hourglass_empty:")
    st.stop()

blocks.verdict(forecast.verdict(found))
forecast.cards(found)
blocks.lines(forecast.notes(selection, found))
with st.container(border=True):
    forecast_frames.by_day(found)
with st.container(border=True):
    forecast_frames.by_hour(found)
with st.container(border=True):
    st.markdown("**What comes in each of the next eight weeks?**")
    weeks = forecast.table(found)
    blocks.table(weeks, "forecast-by-week", forecast.columns(found, weeks), alt="Forecast of eight weeks")
    forecast_frames.downloads(found)
with blocks.method():
    if found.tested:
        blocks.table(forecast.tried(found.tested), "forecast-trial", forecast.tried_columns(), alt="Trial on the past")
    st.markdown(blocks.text(words.METHOD))
